import { z } from "zod";
import type { Address } from "../messages.ts";
import type { Database, Queryable } from "./driver.ts";
import { addressSchema } from "./stored-message.ts";
import type { OutgoingRow } from "./turns.ts";

/** Whose outbox something goes to. */
export interface OutboundTarget {
  readonly conversationId: string;
  readonly contactId: string;
  readonly channel: string;
  readonly address: Address;
}

/** What a request to send says of its messages beside their content. */
export interface SendFacts {
  readonly campaignId?: string;
  readonly recipientId?: string;
  /** The caller's own name for it. */
  readonly correlationId?: string;
  /** The message that these are further parts of; of the first of them where absent. */
  readonly partOf?: string;
  /** The rest of the way, for when this channel is known not to reach the person; the form is that of `flow/fallback.ts`. */
  readonly route?: readonly unknown[];
  /** Not to be sent before a time (ISO 8601 UTC), or before the person writes, and then no later than the time. */
  readonly held?: { readonly for: "schedule" | "window"; readonly until: string };
  /** What is done where the customer-service window is closed when it is to be sent; it fails where absent. */
  readonly outsideWindow?: OutsideWindow;
}

/** To wait for the person to write, or a template that is sent instead of the message and its parts. */
export type OutsideWindow = { readonly wait: true } | { readonly instead: OutgoingRow };

/** What goes to a conversation without being the answer of a turn. */
export interface OutboundLot {
  readonly target: OutboundTarget;
  readonly rows: readonly OutgoingRow[];
  readonly origin: "push" | "fallback" | "api" | "campaign";
  /** Whether everybody else's messages go first. */
  readonly isBulk?: boolean;
  /** The message that could not be sent on its own channel. */
  readonly fallbackOf?: string;
  readonly facts?: SendFacts;
  /** Where the spans of its messages belong (W3C `traceparent`). */
  readonly trace?: string | undefined;
}

/** Why a part is not sent whose message has a substitute. */
const SAID_ELSEWHERE = `'{"reason": "channel_unavailable", "code": "", "title": "it is said on another channel"}'::jsonb`;

/**
 * Rows are numbered in the order given. A lot that is enqueued again adds nothing, and neither does a second substitute for
 * the same message, which is superseded by its substitute, with the parts that have not arrived. The conversation is made where
 * it does not exist: nobody has written there yet. What is held wakes nobody and offers nothing yet.
 */
const ENQUEUE = `
  with lot as materialized (
    select * from jsonb_to_recordset($1::jsonb) as l (
      place int, id uuid, conversation_id uuid, contact_id uuid, channel text, address jsonb, origin text, bulk boolean,
      fallback_of uuid, part_of uuid, campaign_id uuid, recipient_id uuid, correlation_id text, route jsonb, held_for text,
      held_until timestamptz, outside_window jsonb, trace text, "row" jsonb)
  ),
  talk as (
    insert into conversations (id, channel, account, contact_id, address, due, wake, bulk, last_recipient_id, menu, menu_at)
    select distinct on (conversation_id) conversation_id, channel, address ->> 'account', contact_id, address,
      case when held_for is null then now() end, 1, bulk, recipient_id,
      case when held_for is null then "row" -> 'menu' end, case when held_for is null and "row" ? 'menu' then now() end
    from lot order by conversation_id, place desc
    on conflict (id) do update set
      wake = conversations.wake + case when excluded.due is null then 0 else 1 end,
      bulk = case when conversations.due is null then excluded.bulk else conversations.bulk and excluded.bulk end,
      last_recipient_id = coalesce(excluded.last_recipient_id, conversations.last_recipient_id),
      due = coalesce(conversations.due, excluded.due),
      menu = coalesce(excluded.menu, conversations.menu),
      menu_at = coalesce(excluded.menu_at, conversations.menu_at),
      updated_at = now()
  ),
  replaced as (
    update messages m set superseded = true, changed_at = now(),
      status = case when m.status = 'queued' then 'failed' else m.status end,
      failed_at = case when m.status = 'queued' then now() else m.failed_at end,
      error = case when m.status = 'queued' then ${SAID_ELSEWHERE} else m.error end
    from lot cross join lateral (
      select id from messages where id = lot.fallback_of
      union all
      select id from messages where part_of = lot.fallback_of and status in ('queued', 'failed')
    ) said
    where lot.fallback_of is not null and m.id = said.id
  )
  insert into messages (seq, id, conversation_id, contact_id, channel, account, direction, status, origin, text, content, payload,
    notes, needs_window, fallback_of, template_name, template_language, part_of, campaign_id, recipient_id, correlation_id,
    route, held_for, held_until, outside_window, bulk, trace)
  select nextval('message_seq'), id, conversation_id, contact_id, channel, address ->> 'account', 'out', 'queued', origin,
    "row" ->> 'text', case when "row" ? 'menu' then jsonb_build_object('menu', "row" -> 'menu') end, "row" -> 'payload',
    "row" -> 'notes', ("row" ->> 'needsWindow')::boolean, fallback_of, "row" #>> '{template,name}',
    "row" #>> '{template,language}', part_of, campaign_id, recipient_id, correlation_id, route, held_for, held_until,
    outside_window, bulk, trace
  from (select * from lot order by place) placed
  on conflict do nothing
  returning id::text`;

/** Puts messages into outboxes, in order, and wakes the conversations. Returns the ids of those that are new. */
export async function enqueue(
  db: Queryable,
  lots: readonly OutboundLot[],
): Promise<ReadonlySet<string>> {
  const rows = lots.flatMap(
    ({ target, rows: outgoing, origin, isBulk, fallbackOf, facts, trace }) =>
      outgoing.map((row, index) => ({
        id: row.id,
        conversation_id: target.conversationId,
        contact_id: target.contactId,
        channel: target.channel,
        address: target.address,
        origin,
        bulk: isBulk ?? false,
        fallback_of: index === 0 ? (fallbackOf ?? null) : null,
        part_of: facts?.partOf ?? (index === 0 ? null : (outgoing[0]?.id ?? null)),
        campaign_id: facts?.campaignId ?? null,
        recipient_id: facts?.recipientId ?? null,
        correlation_id: facts?.correlationId ?? null,
        route: index === 0 ? (facts?.route ?? null) : null,
        held_for: facts?.held?.for ?? null,
        held_until: facts?.held?.until ?? null,
        outside_window: outsideOf(facts?.outsideWindow, index),
        trace: trace ?? null,
        row,
      })),
  );
  if (rows.length === 0) return new Set();
  const placed = rows.map((row, place) => ({ ...row, place }));
  const added = await db.query(ENQUEUE, [JSON.stringify(placed)]);
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(added)
      .map(({ id }) => id),
  );
}

/** A template replaces a message with all its parts, so that only the first has one; each part waits for itself. */
function outsideOf(rule: OutsideWindow | undefined, index: number): OutsideWindow | null {
  return rule !== undefined && ("wait" in rule || index === 0) ? rule : null;
}

const targetRows = z.array(
  z.object({
    name: z.string(),
    id: z.string(),
    contact_id: z.string(),
    channel: z.string(),
    address: addressSchema,
    opted_out: z.boolean(),
  }),
);

/** A conversation that a backend named. */
export interface NamedTarget extends OutboundTarget {
  /** What the backend called it. */
  readonly name: string;
  readonly optedOut: boolean;
}

/**
 * Finds conversations by our own id or by the name under which a backend knows them; where several people share a name,
 * the one who was there last.
 */
export async function findTargets(
  db: Database,
  names: readonly string[],
): Promise<readonly NamedTarget[]> {
  if (names.length === 0) return [];
  const rows = await db.query(
    `select distinct on (name) name, c.id::text, c.contact_id::text, c.channel, c.address,
       exists (select from opt_outs o where o.contact_id = c.contact_id and o.revoked_at is null and o.scope = 'all'
         and (o.channel, o.account) = (c.channel, c.account)) as opted_out
     from unnest($1::text[]) as asked (name)
     join conversations c on c.id::text = asked.name or c.session = asked.name
     order by name, c.last_inbound_at desc nulls last, c.id`,
    [[...new Set(names)]],
  );
  return targetRows.parse(rows).map((row) => ({
    name: row.name,
    conversationId: row.id,
    contactId: row.contact_id,
    channel: row.channel,
    address: row.address,
    optedOut: row.opted_out,
  }));
}
