import { z } from "zod";
import type { Note } from "../messages.ts";
import type { Database } from "./driver.ts";

/** One payload to be sent, as it enters the outbox. */
export interface OutgoingRow {
  readonly id: string;
  /** "sending" when the caller sends it at once under the same lease; "sent" when a waiting caller takes it. */
  readonly status: "queued" | "sending" | "sent";
  readonly payload: unknown;
  readonly text: string;
  readonly notes: readonly Note[];
  readonly needsWindow: boolean;
}

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
  readonly dead: { readonly reason: string; readonly detail: string } | null;
  readonly attempts: number;
  readonly replies: readonly OutgoingRow[];
  readonly interaction: InteractionRow | null;
  readonly patch: ConversationPatch;
}

/**
 * One statement for a batch of turns. The fence is the join on the lease; the inbox row, updated only while it is open,
 * makes a second answer to the same message impossible whatever else goes wrong.
 */
const COMMIT = `
  with turn as materialized (
    select * from jsonb_to_recordset($1::jsonb) as t (
      "conversationId" uuid, lease bigint, "contactId" uuid, channel text, "inboxId" bigint, "messageId" uuid,
      done boolean, dead jsonb, attempts int, replies jsonb, interaction jsonb, patch jsonb)
  ),
  finished as (
    update inbox i set
      emitted = true,
      attempts = t.attempts,
      done_at = case when t.done then now() end,
      dead_at = case when t.dead is not null then now() end,
      dead_reason = t.dead ->> 'reason',
      dead_detail = t.dead ->> 'detail'
    from turn t join conversations c on c.id = t."conversationId" and c.lease = t.lease and c.lease_until > now()
    where i.id = t."inboxId" and i.done_at is null
    returning t.*, i.account, i.external_id, i.message, i.received_at
  ),
  lines as (
    select "conversationId", "contactId", channel, account, "messageId" as id, 0::bigint as place, 'in' as direction,
      'received' as status, external_id, null::uuid as in_reply_to, 'person' as origin, message ->> 'text' as text,
      message -> 'content' as content, null::jsonb as payload, '[]'::jsonb as notes, true as needs_window,
      received_at as created_at
    from finished
    union all
    select "conversationId", "contactId", channel, account, (reply ->> 'id')::uuid, place, 'out', reply ->> 'status', null,
      "messageId", 'reply', reply ->> 'text', null, reply -> 'payload', reply -> 'notes', (reply ->> 'needsWindow')::boolean,
      now()
    from finished cross join lateral jsonb_array_elements(replies) with ordinality as r (reply, place)
  ),
  said as (
    insert into messages (seq, conversation_id, contact_id, channel, account, id, direction, status, external_id, in_reply_to,
      origin, text, content, payload, notes, needs_window, created_at, attempts, sending_at, sent_at)
    select nextval('message_seq'), "conversationId", "contactId", channel, account, id, direction, status, external_id,
      in_reply_to, origin, text, content, payload, notes, needs_window, created_at,
      case when status = 'sending' then 1 else 0 end, case when status = 'sending' then now() end,
      case when status = 'sent' then now() end
    from (select * from lines order by "conversationId", place) ordered
    on conflict (id) do nothing
  ),
  logged as (
    insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text, intent_detected,
      confidence, template_used, response_text, response_id, parameters_used, fallback_used, backend, backend_chain, language,
      processing_time_ms, success, error_message, context_data)
    select (x ->> 'id')::uuid, "conversationId", "contactId", channel, account, "messageId", x ->> 'messageText',
      x ->> 'intent', (x ->> 'confidence')::real, x ->> 'template', x ->> 'responseText', (x ->> 'responseId')::uuid,
      nullif(x -> 'parameters', 'null'), (x ->> 'fallbackUsed')::boolean, x ->> 'backend', x -> 'chain', x ->> 'language',
      (x ->> 'processingMs')::int, (x ->> 'success')::boolean, x ->> 'error', x -> 'context'
    from (select finished.*, interaction as x from finished where interaction is not null) i
  ),
  people as (
    update contacts p set
      name = coalesce(patch ->> 'contactName', p.name),
      username = coalesce(patch ->> 'username', p.username),
      updated_at = now()
    from finished f where p.id = f."contactId" and (patch ? 'contactName' or patch ? 'username')
  ),
  patched as (
    update conversations c set
      language = coalesce(patch ->> 'language', c.language),
      start_reference = coalesce(patch ->> 'startReference', c.start_reference),
      hinted_at = case when (patch ->> 'hinted')::boolean then now() else c.hinted_at end,
      apologised_at = case (patch ->> 'apologised')::boolean
        when true then now() when false then null else c.apologised_at end
    from finished f
    where c.id = f."conversationId" and patch ?| array['language', 'startReference', 'hinted', 'apologised']
  )
  select "messageId"::text as id from finished`;

/**
 * Commits turns: the inbound message's row, its replies as outbox rows, the interaction, what was learned. Returns, in
 * order, whether each was written; false means that the lease was lost or the message was answered already.
 */
export async function commitTurns(
  db: Database,
  turns: readonly TurnRow[],
): Promise<readonly boolean[]> {
  const rows = await db.query(COMMIT, [JSON.stringify(turns)]);
  const written = new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  );
  return turns.map(({ messageId }) => written.has(messageId));
}
