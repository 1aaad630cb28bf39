import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { LOCKED } from "./lock-conversations.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** Where something was given up: answering a message, sending one, or understanding a webhook. */
export const DEAD_LETTER_KINDS = ["inbound", "outbound", "webhook"] as const;

/** One thing the bridge acknowledged or accepted and then gave up. */
export const deadLetterRow = z.strictObject({
  id: z.guid(),
  kind: z.enum(DEAD_LETTER_KINDS),
  channel: z.string(),
  account: z.string().nullable(),
  conversation_id: z.guid().nullable(),
  external_id: z.string().nullable(),
  /** Our error code; `reported` where the provider said it in a status, `quarantined` for a webhook. */
  reason: z.string(),
  /** The provider's code, where it gave one. */
  code: z.string().nullable(),
  detail: z.string().nullable(),
  attempts: z.int(),
  began_at: z.iso.datetime(),
  died_at: z.iso.datetime(),
});

export type DeadLetterRow = z.infer<typeof deadLetterRow>;

/** Which dead letters are meant; `since` is included, `until` is not. An empty filter means all of them. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[] | undefined;
  readonly kind?: DeadLetterRow["kind"] | undefined;
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly code?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** What another message was sent instead of, or somebody stopped, was not given up: sent again it would be one too many. */
const IS_DEAD = `status = 'failed' and not superseded and discarded_at is null
  and coalesce(error ->> 'reason', '') not in ('request_cancelled', 'campaign_cancelled')`;

const DEAD_LETTERS = `(
    select message_id as id, 'inbound' as kind, channel, account, conversation_id, external_id,
      coalesce(dead_reason, 'unknown') as reason, null::text as code, dead_detail as detail, attempts, received_at as began_at,
      dead_at as died_at
    from inbox where dead_at is not null and discarded_at is null
    union all
    select id, 'outbound', channel, account, conversation_id, external_id,
      coalesce(error ->> 'reason', 'reported'), nullif(error ->> 'code', ''),
      coalesce(error ->> 'details', error ->> 'title'), attempts, created_at, failed_at
    from messages where direction = 'out' and ${IS_DEAD} and failed_at is not null
    union all
    select id, 'webhook', channel, null, null, null, 'quarantined', null, reason, 0, received_at, received_at
    from webhook_events where state = 'quarantined' and discarded_at is null
  ) d`;

const COLUMNS = `d.id, d.kind, d.channel, d.account, d.conversation_id, d.external_id, d.reason, d.code, d.detail, d.attempts,
  ${utc("d.began_at")}, ${utc("d.died_at")}`;

function matching(filter: DeadLetterFilter, taken: number) {
  return narrow(
    [
      ["d.id = any(?::text[]::uuid[])", filter.ids],
      ["d.kind = ?::text", filter.kind],
      ["d.channel = ?::text", filter.channel],
      ["d.channel = any(?::text[])", filter.channels],
      ["d.reason = ?::text", filter.reason],
      ["d.code = ?::text", filter.code],
      ["d.died_at >= ?::timestamptz", filter.since],
      ["d.died_at < ?::timestamptz", filter.until],
    ],
    taken,
  );
}

/** Lists dead letters of all kinds, the last given up first. Throws `store_*`. */
export async function listDeadLetters(
  db: Queryable,
  filter: DeadLetterFilter,
  page: Page,
): Promise<DeadLetterRow[]> {
  const { sql, values } = matching(filter, 3);
  const rows = await db.query(
    `select ${COLUMNS} from ${DEAD_LETTERS}
      where (d.died_at, d.id) < ($1::timestamptz, $2::uuid)${sql}
      order by d.died_at desc, d.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(deadLetterRow).parse(rows);
}

const countRows = z.array(
  z.object({
    kind: z.string(),
    channel: z.string(),
    reason: z.string(),
    code: z.string().nullable(),
    count: z.int(),
  }),
);

/** Counts dead letters by kind, channel, reason and code. Throws `store_*`. */
export async function countDeadLetters(
  db: Queryable,
  filter: DeadLetterFilter,
): Promise<z.infer<typeof countRows>> {
  const { sql, values } = matching(filter, 0);
  const rows = await db.query(
    `select d.kind, d.channel, d.reason, d.code, count(*)::int as count from ${DEAD_LETTERS}
      where true${sql} group by d.kind, d.channel, d.reason, d.code
      order by count desc, d.kind, d.channel, d.reason, d.code`,
    values,
  );
  return countRows.parse(rows);
}

// A conversation that somebody works on keeps its due time, the end of the lease; the wake counter makes the worker look
// again.
const WOKEN = `
  woken as (
    update conversations c set wake = c.wake + 1,
      fails = case when c.lease_until > now() then c.fails else 0 end,
      due = case when c.lease_until > now() then c.due else now() end
    from (select distinct conversation_id from revived) r where c.id = r.conversation_id
  )`;

// Whether a message is dead is asked when its conversation is locked: somebody else may have replayed it meanwhile.
// The row that the dead turn wrote for it goes: the new turn writes it again, and until then the log shows the message
// from the inbox. `emitted` would tell the worker not to run the turn. Messages that were to be answered together with it
// come back with it; only the dead one counts.
const REPLAY_INBOUND = `
  with meant as materialized (
    select id, conversation_id from inbox where message_id = any($1::text[]::uuid[])
  ),${LOCKED},
  revived as (
    update inbox i set dead_at = null, dead_reason = null, dead_detail = null, done_at = null, attempts = 0,
      emitted = false
    from meant join locked on locked.id = meant.conversation_id
    where i.id = meant.id and i.dead_at is not null and i.discarded_at is null
    returning i.conversation_id, i.message_id
  ),
  joined as (
    update inbox i set done_at = null, attempts = 0, emitted = false, merged_into = null
    from revived r
    where i.conversation_id = r.conversation_id and i.merged_into = r.message_id
    returning i.message_id
  ),
  unsaid as (
    delete from messages m using (select message_id from revived union all select message_id from joined) again
    where m.id = again.message_id
  ),${WOKEN}
  select count(*)::int as count from revived`;

const REPLAY_OUTBOUND = `
  with meant as materialized (
    select id, conversation_id from messages where id = any($1::text[]::uuid[])
  ),${LOCKED},
  revived as (
    update messages m set status = 'queued', attempts = 0, error = null, external_id = null, sending_at = null,
      uncertain_at = null, sent_at = null, delivered_at = null, read_at = null, failed_at = null, released_at = now(),
      changed_at = now()
    from meant join locked on locked.id = meant.conversation_id
    where m.id = meant.id and m.direction = 'out' and ${IS_DEAD}
    returning m.conversation_id
  ),${WOKEN}
  select count(*)::int as count from revived`;

async function revive(db: Queryable, statement: string, ids: readonly string[]): Promise<number> {
  const rows = await db.query(statement, [ids]);
  return z.array(z.object({ count: z.int() })).parse(rows)[0]?.count ?? 0;
}

/** Puts dead inbound messages back into the inbox, their turns to be run from the start. Returns how many. Throws `store_*`. */
export function replayInbound(db: Queryable, messageIds: readonly string[]): Promise<number> {
  return revive(db, REPLAY_INBOUND, messageIds);
}

/**
 * Queues failed outbound messages once more, with all their tries to come. What the provider said about the earlier
 * tries stays in the tries and reported statuses; the message itself forgets it. Returns how many. Throws `store_*`.
 */
export function replayOutbound(db: Queryable, messageIds: readonly string[]): Promise<number> {
  return revive(db, REPLAY_OUTBOUND, messageIds);
}
