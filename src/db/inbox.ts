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
    select id, channel, state, reason, headers, decode(body, 'base64'), event_count
    from json_to_recordset($1::json) as event (
      id uuid, channel text, state text, reason text, headers jsonb, body text, event_count int)
  ),
  arrived as (
    select nextval('inbox_id_seq') as id, placed.* from (
      select * from json_to_recordset($2::json) as given (
        place int, conversation_id uuid, contact_id uuid, channel text, account text, external_id text, message_id uuid,
        event_id uuid, message jsonb, sent_at timestamptz, address jsonb)
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
    JSON.stringify(webhooks.map(toEvent)),
    JSON.stringify(messages.map(toArrived)),
  ]);
  const stored = rows[0]?.["stored"];
  return typeof stored === "number" ? stored : 0;
}

function toEvent({ id, channel, state, reason, headers, body, eventCount }: WebhookRow) {
  const text = body.toString("base64");
  return { id, channel, state, reason, headers, body: text, event_count: eventCount };
}

function toArrived(arrived: ArrivedMessage, place: number) {
  const { message } = arrived;
  return {
    place,
    conversation_id: arrived.conversationId,
    contact_id: arrived.contactId,
    channel: arrived.channel,
    account: message.account,
    external_id: message.externalId,
    message_id: arrived.messageId,
    event_id: arrived.eventId,
    message,
    sent_at: message.sentAt,
    address: { account: message.account, identities: message.identities },
  };
}
