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
  /** Set where texts are gathered into bursts. */
  readonly gather?: Gather;
  /** Where its spans belong (W3C `traceparent`). */
  readonly trace?: string | undefined;
}

/** How long a conversation waits for more after a message, and from the first of a burst on at most, milliseconds. */
export interface Gather {
  /** 0 ends the burst: whatever waits is answered at once. */
  readonly waitMs: number;
  readonly maxMs: number;
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
 *
 * A burst is gathered by putting off the conversation's due time: never past `gather_until`, never a retry's. While somebody
 * works on the conversation, `gather_at` keeps what the release makes of it.
 *
 * What waited for the person to write is let into the outbox. Who writes within 72 hours of a campaign's message has answered it.
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
        event_id uuid, message jsonb, sent_at timestamptz, address jsonb, trace text, wait_ms float8, max_ms float8)
      order by place
    ) placed
  ),
  stored as (
    insert into inbox (id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at, trace)
    select id, conversation_id, channel, account, external_id, message_id, event_id, message, sent_at, trace
    from arrived order by channel, account, external_id
    on conflict on constraint inbox_once do nothing
    returning id
  ),
  latest as (
    select distinct on (conversation_id) arrived.*,
      now() + min(wait_ms) over burst * interval '1 millisecond' as gather_at,
      now() + min(max_ms) over burst * interval '1 millisecond' as gather_until
    from arrived join stored using (id)
    window burst as (partition by conversation_id)
    order by conversation_id, id desc
  ),
  woken as (
    insert into conversations (id, channel, account, contact_id, address, last_inbound_at, due, wake, gather_at, gather_until)
    select conversation_id, channel, account, contact_id, address,
      case when sent_at < '2000-01-01' then now() else least(sent_at, now()) end, coalesce(gather_at, now()), 1,
      gather_at, gather_until
    from latest order by conversation_id
    on conflict (id) do update set
      wake = conversations.wake + 1,
      due = case when conversations.lease_until is null and conversations.gather_until is not null
        then least(excluded.due, conversations.gather_until)
        else coalesce(conversations.due, excluded.due) end,
      gather_at = least(excluded.gather_at, conversations.gather_until),
      gather_until = case
        when conversations.due is null or conversations.lease_until is not null or conversations.gather_until is not null
          then least(conversations.gather_until, excluded.gather_until) end,
      address = excluded.address,
      bulk = false,
      last_inbound_at = greatest(conversations.last_inbound_at, excluded.last_inbound_at),
      window_closed_at = null,
      updated_at = now()
    returning id, last_recipient_id
  ),
  freed as (
    update messages m set held_for = null, held_until = null, released_at = now(), changed_at = now()
    from woken w where m.conversation_id = w.id and m.held_for = 'window'
  ),
  replied as (
    update campaign_recipients r set replied_at = now()
    from (select distinct last_recipient_id as id from woken where last_recipient_id is not null) w
    where r.id = w.id and r.replied_at is null and r.released_at > now() - interval '72 hours'
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

/** A message as its provider names it. */
export interface MessageKey {
  readonly channel: string;
  readonly account: string;
  readonly externalId: string;
}

const REOPEN = `
  with meant as materialized (
    select i.id, i.conversation_id
    from unnest($1::text[], $2::text[], $3::text[]) as g (channel, account, external_id)
    join inbox i using (channel, account, external_id)
  ),
  locked as materialized (
    select id from conversations where id in (select conversation_id from meant) order by id for update
  ),
  reopened as (
    update inbox i set done_at = null, emitted = false, attempts = 0, replayed_at = now()
    from meant join locked on locked.id = meant.conversation_id
    where i.id = meant.id and i.done_at is not null and i.dead_at is null and i.replayed_at is null
      and exists (
        select from interactions x
        where x.message_id = coalesce(i.merged_into, i.message_id) and x.context_data ->> 'plan' = 'stale')
    returning i.conversation_id
  ),
  woken as (
    update conversations c set wake = c.wake + 1,
      due = case when c.lease_until > now() then c.due else now() end
    from (select distinct conversation_id from reopened) r where c.id = r.conversation_id
  )
  select count(*)::int as count from reopened`;

/** Puts messages that came too late for an answer back into the inbox, once each; returns how many there were. */
export async function reopenStale(db: Database, keys: readonly MessageKey[]): Promise<number> {
  if (keys.length === 0) return 0;
  const rows = await db.query(REOPEN, [
    keys.map(({ channel }) => channel),
    keys.map(({ account }) => account),
    keys.map(({ externalId }) => externalId),
  ]);
  const count = rows[0]?.["count"];
  return typeof count === "number" ? count : 0;
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
    trace: arrived.trace,
    wait_ms: arrived.gather?.waitMs,
    max_ms: arrived.gather?.maxMs,
  };
}
