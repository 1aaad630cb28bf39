import { z } from "zod";
import type { Note, ProviderError } from "../messages.ts";
import { BEFORE, CHANGED, insertMessageEvents } from "./message-events.ts";
import { statusRank } from "./statuses.ts";
import type { Lease } from "./mailbox.ts";
import type { Database } from "./driver.ts";

const idRows = z.array(z.object({ id: z.string() }));

/** Whether the campaign of a message `m` does not send now. The rest of a message that was begun is sent all the same. */
const IS_HALTED = `(m.part_of is null and exists (
  select from campaigns k where k.id = m.campaign_id and k.state in ('paused', 'cancelled')))`;

/** Whether the person has said meanwhile that they want no such message `m` of a campaign. */
const IS_UNWANTED = `exists (select from opt_outs o
  where o.contact_id = m.contact_id and o.revoked_at is null and (o.channel, o.account) = (m.channel, m.account)
    and (o.scope = 'all' or exists (select from campaigns k where k.id = m.campaign_id and upper(k.category) = 'MARKETING')))`;

export interface SendClaim extends Lease {
  readonly messageId: string;
}

const numberRows = z.array(z.object({ number: z.number() }));

/**
 * Records "sending" right before the provider is called, and checks the fence in the same statement. Returns, in order,
 * whether each may be sent: false means that the lease was lost, that a status webhook settled the message already, or
 * that a campaign may not send it any more; see `readStanding`. Where an old and a new holder of a conversation ask for the
 * same message at once, each is told of itself.
 */
export async function markSending(
  db: Database,
  claims: readonly SendClaim[],
): Promise<readonly boolean[]> {
  const rows = await db.query(
    `update messages m set status = 'sending', attempts = m.attempts + 1, sending_at = now()
     from json_to_recordset($1::json) as g (number int, "messageId" uuid, "conversationId" uuid, lease bigint)
     join conversations c on c.id = g."conversationId" and c.lease = g.lease and c.lease_until > now()
     where m.id = g."messageId" and m.status in ('queued', 'uncertain')
       and (m.origin <> 'campaign' or not (${IS_HALTED} or ${IS_UNWANTED}))
     returning g.number`,
    [JSON.stringify(claims.map((one, number) => ({ ...one, number })))],
  );
  const marked = new Set(numberRows.parse(rows).map(({ number }) => number));
  return claims.map((_claim, number) => marked.has(number));
}

/** What became of one try to send. */
export interface SendOutcome {
  readonly messageId: string;
  readonly outcome: "sent" | "retry" | "failed" | "uncertain";
  readonly externalId: string | null;
  readonly error: (ProviderError & { readonly reason: string }) | null;
  readonly startedAt: string | null;
  /** What the provider answered where nobody has described it. */
  readonly evidence?: string;
  /** The refusal was not the message's fault: the try does not count. */
  readonly isFree?: boolean;
  /** Where the spans of the message belong (W3C `traceparent`), unless it knows. */
  readonly trace?: string | undefined;
}

const RECORD = `
  with given as (
    select id::uuid, outcome, external_id, error::jsonb, started_at::timestamptz, is_free, evidence, trace
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[])
      as g (id, outcome, external_id, error, started_at, is_free, evidence, trace)
  ),
  locked as materialized (
    select id, ${BEFORE} from messages where id in (select id from given) order by id for update
  ),
  recorded as (
    update messages m set
      status = case
        when g.outcome = 'sent' and coalesce(${statusRank("m.status")}, 0) = 0 then 'sent'
        when g.outcome <> 'sent' and m.status in ('queued', 'sending', 'uncertain')
          then case g.outcome when 'retry' then 'queued' else g.outcome end
        else m.status
      end,
      attempts = m.attempts - case when g.is_free then 1 else 0 end,
      external_id = coalesce(g.external_id, m.external_id),
      sent_at = case when g.outcome = 'sent' then coalesce(m.sent_at, now()) else m.sent_at end,
      uncertain_at = case when g.outcome = 'uncertain' then now() else m.uncertain_at end,
      failed_at = case when g.outcome = 'failed' and m.status in ('queued', 'sending', 'uncertain') then now() else m.failed_at end,
      error = case when g.outcome = 'sent' then m.error else coalesce(g.error, m.error) end,
      trace = coalesce(m.trace, g.trace),
      changed_at = now()
    from given g, locked l where m.id = g.id and m.id = l.id
    returning m.attempts, ${CHANGED}
  ),
  told as (${insertMessageEvents("recorded")}),
  tried as (
    insert into send_attempts (message_id, attempt, outcome, error, external_id, started_at, evidence)
    select g.id, r.attempts + case when g.is_free then 1 else 0 end, g.outcome, g.error, g.external_id, g.started_at, g.evidence from given g join recorded r using (id)
  )
  select r.id::text from recorded r where exists (
    select from parked_statuses p where p.channel = r.channel and (p.external_id = r.external_id or p.request_id = r.external_id))`;

/**
 * Records tries to send. What a status webhook said meanwhile is never undone. Returns, in order, whether statuses of the
 * message are waiting in the parking table.
 */
export async function recordOutcomes(
  db: Database,
  outcomes: readonly SendOutcome[],
): Promise<readonly boolean[]> {
  const rows = await db.query(RECORD, [
    outcomes.map(({ messageId }) => messageId),
    outcomes.map(({ outcome }) => outcome),
    outcomes.map(({ externalId }) => externalId),
    outcomes.map(({ error }) => (error === null ? null : JSON.stringify(error))),
    outcomes.map(({ startedAt }) => startedAt),
    outcomes.map(({ isFree }) => isFree ?? false),
    outcomes.map(({ evidence }) => evidence ?? null),
    outcomes.map(({ trace }) => trace ?? null),
  ]);
  const parked = new Set(idRows.parse(rows).map(({ id }) => id));
  return outcomes.map(({ messageId }) => parked.has(messageId));
}

/** Puts a plainer form in the place of a payload that the provider did not know. */
export async function replacePayload(
  db: Database,
  messageId: string,
  { payload, note }: { readonly payload: unknown; readonly note: Note },
): Promise<void> {
  await db.query(
    "update messages set payload = $2::jsonb, notes = notes || $3::jsonb where id = $1::text::uuid",
    [messageId, JSON.stringify(payload), JSON.stringify([note])],
  );
}

/**
 * Queues messages again that the provider took and then reported as failed for a passing reason. The conversation becomes
 * due after `delayMs`. Messages that had their tries, or that changed meanwhile, stay failed.
 */
export async function requeueFailed(
  db: Database,
  messageId: string,
  options: { readonly maxAttempts: number; readonly delayMs: number },
): Promise<boolean> {
  const rows = await db.query(
    `with again as (
       update messages set status = 'queued', failed_at = null, external_id = null, round = round + 1, changed_at = now()
       where id = $1::text::uuid and status = 'failed' and discarded_at is null and attempts < $2::int
       returning id, conversation_id
     ),
     woken as (
       update conversations c set
         wake = c.wake + 1,
         due = case when c.lease_until > now() then c.due else coalesce(c.due, now() + $3::int * interval '1 millisecond') end
       from again where c.id = again.conversation_id
     )
     select id::text from again`,
    [messageId, options.maxAttempts, options.delayMs],
  );
  return idRows.parse(rows).length > 0;
}

const standingRows = z.array(
  z.object({ standing: z.enum(["settled", "unwanted", "halted", "open"]) }),
);

/**
 * Why a message was not marked as being sent: a status webhook settled it while it waited; the person wants no messages
 * of campaigns; its campaign does not send now, or has taken it back (then nothing is left to do); none of these.
 */
export async function readStanding(db: Database, messageId: string) {
  const rows = await db.query(
    `select case when m.status not in ('queued', 'sending', 'uncertain') then 'settled'
       when m.origin = 'campaign' and ${IS_UNWANTED} then 'unwanted'
       when m.origin = 'campaign' and ${IS_HALTED} then 'halted' else 'open' end as standing
     from messages m where m.id = $1::text::uuid`,
    [messageId],
  );
  return standingRows.parse(rows)[0]?.standing ?? "settled";
}

/**
 * Queues a message again that the provider refused because the window is closed, where somebody said what is to be done then.
 * Returns whether there was anything to be done. Throws `store_*`.
 */
export async function requeueOutside(db: Database, messageId: string): Promise<boolean> {
  const rows = await db.query(
    `with locked as materialized (
       select id from conversations where id = (select conversation_id from messages where id = $1::text::uuid) for update
     ),
     again as (
       update messages m set status = 'queued', failed_at = null, external_id = null, round = round + 1, changed_at = now()
       from locked where m.id = $1::text::uuid and m.conversation_id = locked.id
         and m.status = 'failed' and m.discarded_at is null and m.outside_window is not null
       returning m.id, m.conversation_id
     ),
     woken as (
       update conversations c set wake = c.wake + 1, due = case when c.lease_until > now() then c.due else now() end
       from again where c.id = again.conversation_id
     )
     select id::text from again`,
    [messageId],
  );
  return rows.length > 0;
}

/** Remembers that the provider considers the customer-service window of a conversation closed. */
export async function closeWindow(db: Database, conversationId: string): Promise<void> {
  await db.query("update conversations set window_closed_at = now() where id = $1::text::uuid", [
    conversationId,
  ]);
}
