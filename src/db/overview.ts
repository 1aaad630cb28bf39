import { z } from "zod";
import { countDeadLetters } from "./dead-letters.ts";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import { utc } from "./utc.ts";

/** Names of the only channels that may be looked at; undefined: all. */
type Channels = readonly string[] | undefined;

/** The hour of UTC in which something happened. */
const HOUR_OF = (column: string) => `date_bin('1 hour', ${column}, '2000-01-01Z')`;

/** An hour in milliseconds since 1970; only of the few that come out, because it is slow. */
const IN_MS = "(extract(epoch from hour) * 1000)::float8 as hour";

const trafficRow = z.object({ hour: z.number(), in: z.int(), out: z.int(), failed: z.int() });

/** What was said in an hour and what was given up in it. Figures of one hour may come in several rows. */
export type HourTraffic = z.infer<typeof trafficRow>;

/** Counts messages by the hour, those still waiting in the inbox among them; `until` is not included. Throws `store_*`. */
export async function readTraffic(
  db: Queryable,
  channels: Channels,
  since: string,
  until: string,
): Promise<readonly HourTraffic[]> {
  const { sql, values } = narrow([["channel = any(?::text[])", channels]], 2);
  const between = (column: string) =>
    `${column} >= $1::timestamptz and ${column} < $2::timestamptz${sql}`;
  const rows = await db.query(
    `select ${IN_MS}, "in", out, failed from (
       select ${HOUR_OF("created_at")} as hour, count(*) filter (where direction = 'in')::int as "in",
         count(*) filter (where direction = 'out')::int as out, 0 as failed
       from messages where ${between("created_at")} group by 1
       union all
       select ${HOUR_OF("received_at")}, count(*)::int, 0, 0
       from inbox where done_at is null and not emitted and ${between("received_at")} group by 1
       union all
       select ${HOUR_OF("failed_at")}, 0, 0, count(*)::int
       from messages where direction = 'out' and status = 'failed' and not superseded and ${between("failed_at")}
         and coalesce(error ->> 'reason', '') not in ('request_cancelled', 'campaign_cancelled') group by 1
     ) counted`,
    [since, until, ...values],
  );
  return z.array(trafficRow).parse(rows);
}

/** Turns in which the bot was asked; the others were answered by the bridge itself or by nobody. */
const ASKED = "not context_data ? 'plan'";

const answerRow = z.object({
  hour: z.number(),
  backend: z.string().nullable(),
  answers: z.int(),
  fallbacks: z.int(),
});

/** Turns of an hour by who answered; a null backend is the static reply or nobody. */
export type HourAnswers = z.infer<typeof answerRow>;

/** Counts turns by the hour and backend; `until` is not included. Throws `store_*`. */
export async function readAnswers(
  db: Queryable,
  channels: Channels,
  since: string,
  until: string,
): Promise<readonly HourAnswers[]> {
  const { sql, values } = narrow([["channel = any(?::text[])", channels]], 2);
  const rows = await db.query(
    `select ${IN_MS}, backend, answers, fallbacks from (
       select ${HOUR_OF("created_at")} as hour, backend, count(*)::int as answers,
         count(*) filter (where fallback_used)::int as fallbacks
       from interactions
       where ${ASKED} and created_at >= $1::timestamptz and created_at < $2::timestamptz${sql} group by 1, 2
     ) counted`,
    [since, until, ...values],
  );
  return z.array(answerRow).parse(rows);
}

const paceRow = z.object({ hour: z.number().nullable(), p50: z.int(), p95: z.int() });

/** How long turns took, milliseconds; of all hours together where `hour` is null. */
export type HourPace = z.infer<typeof paceRow>;

/**
 * Reads how long turns took. Of `oneIn` turns one is looked at, chosen by the microsecond of its time: sorting millions to
 * find the middle one tells no more than sorting a good sample. Throws `store_*`.
 */
export async function readPace(
  db: Queryable,
  channels: Channels,
  since: string,
  oneIn: number,
): Promise<readonly HourPace[]> {
  const { sql, values } = narrow([["channel = any(?::text[])", channels]], 2);
  const rows = await db.query(
    `select ${IN_MS}, p50, p95 from (
       select hour, percentile_disc(0.5) within group (order by ms) as p50,
         percentile_disc(0.95) within group (order by ms) as p95
       from (
         select ${HOUR_OF("created_at")} as hour, processing_time_ms as ms from interactions
         where ${ASKED} and created_at >= $1::timestamptz${sql}
           and ($2::int = 1 or abs(hashint8((extract(epoch from created_at) * 1000000)::bigint)::bigint) % $2::int = 0)
       ) turns
       group by grouping sets ((hour), ()) having count(*) > 0
     ) found`,
    [since, oneIn, ...values],
  );
  return z.array(paceRow).parse(rows);
}

/** Entries of a queue looked at; a deeper one is shown as this deep, so that looking stays cheap under a backlog. */
const MEASURED = 100_000;

const standingRow = z.tuple([
  z.object({
    now: z.iso.datetime(),
    active: z.int(),
    inbound: z.int(),
    outbound: z.int(),
    oldest_seconds: z.number(),
  }),
]);

/** What waits and who talks just now, by the database's clock. */
export interface Standing extends Readonly<z.infer<typeof standingRow>[0]> {
  readonly deadLetters: number;
}

/** Reads what waits and in how many conversations somebody wrote in the last 15 minutes. Throws `store_*`. */
export async function readStanding(db: Queryable, channels: Channels): Promise<Standing> {
  const { sql, values } = narrow([["channel = any(?::text[])", channels]], 0);
  const rows = await db.query(
    `select ${utc("now()", "now")}, active.count as active, waiting.count as inbound, outbox.count as outbound,
       coalesce(extract(epoch from now() - least(waiting.since, outbox.since)), 0)::float8 as oldest_seconds
     from (
       select count(*)::int as count from conversations
       where updated_at > now() - interval '15 minutes' and last_inbound_at > now() - interval '15 minutes'${sql}
     ) active
     cross join (
       select count(*)::int as count, min(received_at) as since
       from (select received_at from inbox where done_at is null${sql} limit ${MEASURED}) w
     ) waiting
     cross join (
       select count(*)::int as count, min(since) as since
       from (
         select coalesce(released_at, created_at) as since from messages
         where direction = 'out' and status in ('queued', 'sending', 'uncertain') and held_for is null${sql}
         limit ${MEASURED}
       ) o
     ) outbox`,
    values,
  );
  const letters = await countDeadLetters(db, { channels });
  const deadLetters = letters.reduce((sum, { count }) => sum + count, 0);
  return { ...standingRow.parse(rows)[0], deadLetters };
}
