import type { InboundMessage } from "../messages.ts";
import type { Database } from "./driver.ts";

/** A webhook body to keep, whatever it means. */
export interface WebhookRow {
  readonly id: string;
  readonly channel: string;
  readonly state: "stored" | "quarantined";
  readonly reason: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly eventCount: number;
}

/** An inbound message whose contact and conversation are known. */
export interface ArrivedMessage {
  readonly messageId: string;
  readonly eventId: string;
  readonly conversationId: string;
  readonly contactId: string;
  readonly channel: string;
  readonly message: InboundMessage;
}

/** Takes a webhook out of quarantine after it was read and stored after all. */
export async function markUnderstood(db: Database, id: string, eventCount: number): Promise<void> {
  await db.query(
    "update webhook_events set state = 'stored', reason = null, event_count = $2::int where id = $1::text::uuid",
    [id, eventCount],
  );
}

/**
 * Rows are numbered in arrival order first and only then sorted: sorting keeps two processes from deadlocking, numbering
 * keeps the order of a conversation. A duplicate adds nothing and wakes nobody.
 */
const STORE = `
  with kept as (
    insert into webhook_events (id, channel, state, reason, headers, body, event_count)
    select id::uuid, channel, state, reason, headers::jsonb, decode(body, 'hex'), event_count
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[])
      as event (id, channel, state, reason, headers, body, event_count)
  ),
  arrived as (
    select nextval('inbox_id_seq') as id, placed.* from (
      select conversation_id::uuid, contact_id::uuid, channel, account, external_id, message_id::uuid, event_id::uuid,
        message::jsonb, sent_at::timestamptz, address::jsonb
      from unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
          $16::text[], $17::text[])
        with ordinality as given (conversation_id, contact_id, channel, account, external_id, message_id, event_id,
          message, sent_at, address, place)
      order by place
    ) placed
  ),
  stored as (
    insert into inbox (id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at)
    select id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at
    from arrived order by channel, account, external_id
    on conflict on constraint inbox_once do nothing
    returning id
  ),
  latest as (
    select distinct on (conversation_id) arrived.* from arrived join stored using (id) order by conversation_id, id desc
  ),
  woken as (
    insert into conversations (id, channel, account, contact_id, address, last_inbound_at, due, wake)
    select conversation_id, channel, account, contact_id, address,
      case when sent_at < '2000-01-01' then now() else least(sent_at, now()) end, now(), 1
    from latest order by conversation_id
    on conflict (id) do update set
      wake = conversations.wake + 1,
      due = coalesce(conversations.due, excluded.due),
      address = excluded.address,
      last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
      window_closed_at = null,
      updated_at = now()
  )
  select count(*)::int as stored from stored`;

/**
 * Stores webhook bodies and their messages and wakes the conversations, in one statement: when it returns, everything is
 * committed. Returns how many messages were new.
 */
export async function storeWebhooks(
  db: Database,
  webhooks: readonly WebhookRow[],
  messages: readonly ArrivedMessage[],
): Promise<number> {
  const rows = await db.query(STORE, [
    webhooks.map(({ id }) => id),
    webhooks.map(({ channel }) => channel),
    webhooks.map(({ state }) => state),
    webhooks.map(({ reason }) => reason),
    webhooks.map(({ headers }) => JSON.stringify(headers)),
    webhooks.map(({ body }) => body.toString("hex")),
    webhooks.map(({ eventCount }) => eventCount),
    messages.map(({ conversationId }) => conversationId),
    messages.map(({ contactId }) => contactId),
    messages.map(({ channel }) => channel),
    messages.map(({ message }) => message.account),
    messages.map(({ message }) => message.externalId),
    messages.map(({ messageId }) => messageId),
    messages.map(({ eventId }) => eventId),
    messages.map(({ message }) => JSON.stringify(message)),
    messages.map(({ message }) => message.sentAt),
    messages.map(({ message }) =>
      JSON.stringify({ account: message.account, identities: message.identities }),
    ),
  ]);
  const stored = rows[0]?.["stored"];
  return typeof stored === "number" ? stored : 0;
}
