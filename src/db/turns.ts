import { z } from "zod";
import type { Note } from "../messages.ts";
import type { Database } from "./driver.ts";
import { insertEvents } from "./outgoing-events.ts";
import { utcText } from "./utc.ts";

/** One payload to be sent, as it enters the outbox. */
export interface OutgoingRow {
  readonly id: string;
  /** "sending" when the caller sends it at once under the same lease; "sent" when a waiting caller takes it. */
  readonly status: "queued" | "sending" | "sent";
  /** "push" where the person did not ask for it; "reply" where absent. */
  readonly origin?: "push";
  readonly payload: unknown;
  readonly text: string;
  readonly notes: readonly Note[];
  readonly needsWindow: boolean;
  /** The choices it offers. */
  readonly menu?: Menu;
  /** The template it is, where it is one. */
  readonly template?: TemplateName;
}

/** How a provider knows a template; `language` is "" where the provider finds it by the name alone. */
export interface TemplateName {
  readonly name: string;
  readonly language: string;
}

/** Choices as they are kept: for whoever types a number, and for another channel that takes over. */
export type Menu = readonly { readonly title: string; readonly payload: string }[];

/** The interaction log's row of one turn. */
export interface InteractionRow {
  readonly id: string;
  readonly messageText: string;
  readonly intent: string | null;
  readonly confidence: number | null;
  readonly template: string | null;
  readonly responseText: string | null;
  readonly responseId: string | null;
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly fallbackUsed: boolean;
  readonly backend: string | null;
  readonly chain: readonly unknown[];
  readonly language: string | null;
  readonly processingMs: number;
  readonly success: boolean;
  readonly error: string | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly cost: number | null;
  readonly requestId: string | null;
  readonly shadow: readonly unknown[] | null;
  /** What the bot said, before any channel changed it; null where it was not asked, or said too much to be kept. */
  readonly replies: readonly unknown[] | null;
}

/** What one backend used up in a turn. */
export interface UsageRow {
  readonly backend: string;
  readonly tokens: number;
  readonly cost: number;
}

/** Something the operator's own systems are told of: each that wants it gets a row of its own. */
export interface OutgoingEventRow {
  readonly type: string;
  /** `for_ms`, where there is one, is told as `until`: the end of that time by the database's clock. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An earlier message that is answered together with the turn's own. */
export interface MergedRow {
  readonly inboxId: string;
  readonly messageId: string;
}

/** What a turn learned about the person or the conversation; absent keys stay as they are. */
export interface ConversationPatch {
  readonly contactName?: string;
  readonly username?: string;
  readonly language?: string;
  readonly startReference?: string;
  readonly hinted?: boolean;
  /** True when the person was told that no answer could be given; false when one was. */
  readonly apologised?: boolean;
  /** The choices offered last; null ends those offered before. */
  readonly menu?: Menu | null;
  /** The name under which the backend knows the conversation. */
  readonly session?: string;
  /** Since when, where a session begins: slots and memory of the one before are forgotten before those of this turn are set. */
  readonly sessionStarted?: string;
  /** True where the session ends with this turn: the next message begins a new one. */
  readonly sessionEnded?: true;
  readonly slots?: Changes;
  /** Of the person, over all sessions. */
  readonly properties?: Changes;
  /** What backends keep, by name. */
  readonly memory?: Changes;
  /** The backend that is to hear the next message first, and for how long; null lets the conversation go. */
  readonly held?: { readonly backend: string; readonly forMs: number } | null;
  /** Keeps the bot quiet from now on; null lets it answer again. */
  readonly paused?: { readonly reason: string; readonly forMs: number } | null;
}

/** Changes to named values: what is set, and what is forgotten. */
export interface Changes {
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
}

/** Everything that one turn, or the part of it that is known, writes. */
export interface TurnRow {
  readonly conversationId: string;
  readonly lease: string;
  readonly contactId: string;
  readonly channel: string;
  readonly inboxId: string;
  readonly messageId: string;
  /** False while more replies of the same turn may follow. */
  readonly done: boolean;
  /** The replies are no part of the answer: after a crash the turn is run again all the same. */
  readonly aside?: true;
  readonly dead: { readonly reason: string; readonly detail: string } | null;
  readonly attempts: number;
  readonly replies: readonly OutgoingRow[];
  readonly interaction: InteractionRow | null;
  readonly patch: ConversationPatch;
  /** What was said in the message, where that is a recording. */
  readonly heard?: string;
  /** Oldest first. */
  readonly merged?: readonly MergedRow[];
  readonly usage?: readonly UsageRow[];
  readonly events?: readonly OutgoingEventRow[];
  /** Where the spans of its replies belong (W3C `traceparent`). */
  readonly trace?: string | undefined;
}

/** The names that a patch of slots, properties or memory forgets. */
const removed = (values: string): string =>
  `array(select jsonb_array_elements_text(coalesce(patch #> '{${values},remove}', '[]')))`;

/** Whether what the session knew is forgotten: it ends, or another one begins. */
const FORGETS = "patch ?| array['sessionStarted', 'sessionEnded']";

/**
 * One statement for a batch of turns. The fence is the join on the lease; the inbox row, updated only while it is open,
 * makes a second answer to the same message impossible whatever else goes wrong.
 */
const COMMIT = `
  with turn as materialized (
    select * from jsonb_to_recordset($1::jsonb) as t (
      number int, "conversationId" uuid, lease bigint, "contactId" uuid, channel text, "inboxId" bigint, "messageId" uuid,
      done boolean, aside boolean, dead jsonb, attempts int, replies jsonb, interaction jsonb, patch jsonb, merged jsonb, usage jsonb,
      events jsonb, heard text, trace text)
  ),
  finished as (
    update inbox i set
      emitted = i.emitted or coalesce(not t.aside, true),
      attempts = t.attempts,
      done_at = case when t.done then now() end,
      dead_at = case when t.dead is not null then now() end,
      dead_reason = t.dead ->> 'reason',
      dead_detail = t.dead ->> 'detail'
    from turn t join conversations c on c.id = t."conversationId" and c.lease = t.lease and c.lease_until > now()
    where i.id = t."inboxId" and i.done_at is null
    returning t.*, i.account, i.external_id, i.message, i.received_at
  ),
  joined as (
    update inbox i set emitted = i.emitted or coalesce(not f.aside, true), done_at = case when f.done then now() end, merged_into = f."messageId"
    from finished f cross join lateral jsonb_to_recordset(f.merged) as m ("inboxId" bigint)
    where i.id = m."inboxId" and i.conversation_id = f."conversationId" and i.done_at is null
    returning i.*, f."contactId"
  ),
  lines as (
    select conversation_id as "conversationId", "contactId", channel, account, message_id as id, id - 9223372036854775807 as place,
      'in' as direction, 'received' as status, external_id, null::uuid as in_reply_to, 'person' as origin,
      message ->> 'text' as text, message -> 'content' as content, null::jsonb as payload, '[]'::jsonb as notes,
      true as needs_window, received_at as created_at, null::jsonb as template, trace
    from joined
    union all
    select "conversationId", "contactId", channel, account, "messageId" as id, 0::bigint as place, 'in' as direction,
      'received' as status, external_id, null::uuid as in_reply_to, 'person' as origin,
      coalesce(heard, message ->> 'text') as text, message -> 'content' as content, null::jsonb as payload,
      '[]'::jsonb as notes, true as needs_window, received_at as created_at, null::jsonb as template, trace
    from finished
    union all
    select "conversationId", "contactId", channel, account, (reply ->> 'id')::uuid, place, 'out', reply ->> 'status', null,
      "messageId", coalesce(reply ->> 'origin', 'reply'), reply ->> 'text',
      case when reply ? 'menu' then jsonb_build_object('menu', reply -> 'menu') end, reply -> 'payload', reply -> 'notes', (reply ->> 'needsWindow')::boolean,
      now(), reply -> 'template', trace
    from finished cross join lateral jsonb_array_elements(replies) with ordinality as r (reply, place)
  ),
  said as (
    insert into messages (seq, conversation_id, contact_id, channel, account, id, direction, status, external_id, in_reply_to,
      origin, text, content, payload, notes, needs_window, created_at, attempts, sending_at, sent_at, template_name,
      template_language, trace)
    select nextval('message_seq'), "conversationId", "contactId", channel, account, id, direction, status, external_id,
      in_reply_to, origin, text, content, payload, notes, needs_window, created_at,
      case when status = 'sending' then 1 else 0 end, case when status = 'sending' then now() end,
      case when status = 'sent' then now() end, template ->> 'name', template ->> 'language', trace
    from (select * from lines order by "conversationId", place) ordered
    on conflict (id) do update set text = excluded.text where messages.text = '' and excluded.text <> ''
  ),
  logged as (
    insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, intent_detected,
      confidence, template_used, response_text, response_id, parameters_used, fallback_used, backend, backend_chain, language,
      processing_time_ms, success, error_message, context_data, model, tokens_in, tokens_out, cost, provider_request_id, shadow,
      replies)
    select (x ->> 'id')::uuid, "conversationId", "contactId", channel, account, "messageId", x ->> 'messageText',
      x ->> 'intent', (x ->> 'confidence')::real, x ->> 'template', x ->> 'responseText', (x ->> 'responseId')::uuid,
      nullif(x -> 'parameters', 'null'), (x ->> 'fallbackUsed')::boolean, x ->> 'backend', x -> 'chain', x ->> 'language',
      (x ->> 'processingMs')::int, (x ->> 'success')::boolean, x ->> 'error', x -> 'context',
      x ->> 'model', (x ->> 'tokensIn')::int, (x ->> 'tokensOut')::int, (x ->> 'cost')::real, x ->> 'requestId',
      nullif(x -> 'shadow', 'null'), nullif(x -> 'replies', 'null')
    from (select finished.*, interaction as x from finished where interaction is not null) i
  ),
  people as (
    update contacts p set
      name = case when p.name_kept then p.name else coalesce(patch ->> 'contactName', p.name) end,
      username = coalesce(patch ->> 'username', p.username),
      properties = (p.properties || coalesce(patch #> '{properties,set}', '{}')) - ${removed("properties")},
      updated_at = now()
    from finished f where p.id = f."contactId" and patch ?| array['contactName', 'username', 'properties']
  ),
  used as (
    insert into token_usage (day, backend, contact_id, tokens, cost)
    select (now() at time zone 'utc')::date, backend, "contactId", sum(tokens), sum(cost)
    from finished cross join lateral jsonb_to_recordset(usage) as u (backend text, tokens bigint, cost float8)
    group by backend, "contactId" order by backend, "contactId"
    on conflict (day, backend, contact_id) do update set
      tokens = token_usage.tokens + excluded.tokens, cost = token_usage.cost + excluded.cost
  ),
  told as (
    ${insertEvents(
      "e.type",
      `case when e.data ? 'for_ms' then (e.data - 'for_ms') || jsonb_build_object('until',
        ${utcText("now() + (e.data ->> 'for_ms')::float8 * interval '1 millisecond'")}) else e.data end`,
      "finished cross join lateral jsonb_to_recordset(events) as e (type text, data jsonb)",
    )}
  ),
  patched as (
    update conversations c set
      language = coalesce(patch ->> 'language', c.language),
      start_reference = coalesce(patch ->> 'startReference', c.start_reference),
      hinted_at = case when (patch ->> 'hinted')::boolean then now() else c.hinted_at end,
      apologised_at = case (patch ->> 'apologised')::boolean
        when true then now() when false then null else c.apologised_at end,
      menu = case when patch ? 'menu' then nullif(patch -> 'menu', 'null') else c.menu end,
      menu_at = case when patch ? 'menu' then now() else c.menu_at end,
      session = coalesce(patch ->> 'session', c.session),
      session_started_at = case when patch ? 'sessionEnded' then null
        when patch ? 'sessionStarted' then (patch ->> 'sessionStarted')::timestamptz else c.session_started_at end,
      slots = ((case when ${FORGETS} then '{}' else c.slots end)
        || coalesce(patch #> '{slots,set}', '{}')) - ${removed("slots")},
      memory = ((case when ${FORGETS} then '{}' else c.memory end)
        || coalesce(patch #> '{memory,set}', '{}')) - ${removed("memory")},
      held_by = case when patch ? 'held' then patch #>> '{held,backend}' when ${FORGETS} then null else c.held_by end,
      held_until = case when patch ? 'held' then now() + (patch #>> '{held,forMs}')::float8 * interval '1 millisecond'
        when ${FORGETS} then null else c.held_until end,
      paused_until = case when patch -> 'paused' = 'null' then null when patch ? 'paused'
        then greatest(c.paused_until, now() + (patch #>> '{paused,forMs}')::float8 * interval '1 millisecond')
        else c.paused_until end,
      pause_reason = case when patch ? 'paused' then patch #>> '{paused,reason}' else c.pause_reason end,
      last_backend = coalesce(f.interaction ->> 'backend', c.last_backend)
    from finished f
    where c.id = f."conversationId"
      and (patch ?| array['language', 'startReference', 'hinted', 'apologised', 'menu', 'session', 'sessionStarted',
        'sessionEnded', 'slots', 'memory', 'held', 'paused']
        or c.last_backend is distinct from coalesce(f.interaction ->> 'backend', c.last_backend))
  )
  select number from finished`;

const writtenRows = z.array(z.object({ number: z.number() }));

/**
 * Commits turns: the inbound message's row, its replies as outbox rows, the interaction, what was learned. Returns, in
 * order, whether each was written; false means that the lease was lost or the message was answered already. Two turns of one
 * message may meet here, where its conversation was lost to another claim while the first one waited: each is told of itself.
 */
export async function commitTurns(
  db: Database,
  turns: readonly TurnRow[],
): Promise<readonly boolean[]> {
  const numbered = turns.map((turn, number) => ({ ...turn, number }));
  const rows = await db.query(COMMIT, [JSON.stringify(numbered)]);
  const written = new Set(writtenRows.parse(rows).map(({ number }) => number));
  return turns.map((_turn, number) => written.has(number));
}
