import { z } from "zod";
import type { Address } from "../messages.ts";
import type { Database } from "./driver.ts";
import { addressSchema } from "./stored-message.ts";
import type { OutgoingRow } from "./turns.ts";

/** Whose outbox something goes to. */
export interface OutboundTarget {
  readonly conversationId: string;
  readonly contactId: string;
  readonly channel: string;
  readonly address: Address;
}

/** What goes to a conversation without being the answer of a turn. */
export interface OutboundLot {
  readonly target: OutboundTarget;
  readonly rows: readonly OutgoingRow[];
  readonly origin: "push" | "fallback" | "api" | "campaign";
  /** The message that could not be sent on its own channel. */
  readonly fallbackOf?: string;
}

/**
 * Rows are numbered in the order given. A lot that is enqueued again adds nothing, and neither does a second substitute for
 * the same message. The conversation is made where it does not exist: nobody has written there yet.
 */
const ENQUEUE = `
  with lot as materialized (
    select * from jsonb_to_recordset($1::jsonb) as l (
      place int, id uuid, conversation_id uuid, contact_id uuid, channel text, address jsonb, origin text, fallback_of uuid,
      "row" jsonb)
  ),
  talk as (
    insert into conversations (id, channel, account, contact_id, address, due, wake, menu, menu_at)
    select distinct on (conversation_id) conversation_id, channel, address ->> 'account', contact_id, address, now(), 1,
      "row" -> 'menu', case when "row" ? 'menu' then now() end
    from lot order by conversation_id, place desc
    on conflict (id) do update set
      wake = conversations.wake + 1,
      due = coalesce(conversations.due, excluded.due),
      menu = coalesce(excluded.menu, conversations.menu),
      menu_at = coalesce(excluded.menu_at, conversations.menu_at),
      updated_at = now()
  )
  insert into messages (seq, id, conversation_id, contact_id, channel, account, direction, status, origin, text, content, payload,
    notes, needs_window, fallback_of)
  select nextval('message_seq'), id, conversation_id, contact_id, channel, address ->> 'account', 'out', 'queued', origin,
    "row" ->> 'text', case when "row" ? 'menu' then jsonb_build_object('menu', "row" -> 'menu') end, "row" -> 'payload',
    "row" -> 'notes', ("row" ->> 'needsWindow')::boolean, fallback_of
  from (select * from lot order by place) placed
  on conflict do nothing
  returning id::text`;

/** Puts messages into outboxes, in order, and wakes the conversations. Returns the ids of those that are new. */
export async function enqueue(
  db: Database,
  lots: readonly OutboundLot[],
): Promise<ReadonlySet<string>> {
  const rows = lots.flatMap(({ target, rows: outgoing, origin, fallbackOf }) =>
    outgoing.map((row, index) => ({
      id: row.id,
      conversation_id: target.conversationId,
      contact_id: target.contactId,
      channel: target.channel,
      address: target.address,
      origin,
      fallback_of: index === 0 ? (fallbackOf ?? null) : null,
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

const substituteRow = z
  .object({
    channel: z.string(),
    text: z.string(),
    origin: z.string(),
    menu: z.array(z.object({ title: z.string(), payload: z.string() })).nullable(),
    phones: z.array(z.string()),
  })
  .optional();

/** What another channel must know to say the same: the words, their choices, and how the person can be reached. */
export async function readForSubstitute(db: Database, messageId: string) {
  const rows = await db.query(
    `select m.channel, m.text, m.origin, m.content -> 'menu' as menu,
       coalesce((select json_agg(i.value order by i.last_seen_at desc) from contact_identities i
         where i.contact_id = m.contact_id and i.channel = m.channel and i.kind = 'phone'), '[]') as phones
     from messages m where m.id = $1::text::uuid and m.status = 'failed'`,
    [messageId],
  );
  return substituteRow.parse(rows[0]);
}
