import { z } from "zod";
import { createBatch } from "./batch.ts";
import type { Database } from "./driver.ts";

/** A bucket that holds `burst` at most and gets one more each `intervalMs`. */
interface Bucket {
  readonly burst: number;
  readonly intervalMs: number;
}

interface Asking extends Bucket {
  readonly key: string;
  readonly wanted: number;
}

/** What came of it: nothing is taken for the rest, which may ask again after the wait. */
export interface Taking {
  readonly taken: number;
  readonly waitMs: number;
}

/** What all that is asked of one bucket comes to. A part of it may have to leave room (a smaller burst) for the other. */
interface Demand {
  readonly key: string;
  readonly intervalMs: number;
  readonly burst: number;
  readonly wanted: number;
  readonly lowBurst: number;
  readonly lowWanted: number;
}

/** Shortest interval told apart, milliseconds: that of the database's clock. */
const TICK_MS = 0.001;

/** One statement at a time: what arrives meanwhile is the next one, and one process does not wait for its own locks. */
const BATCHING = { concurrency: 1, maxItems: 200, maxWaiting: 100_000, weigh: () => 1 } as const;

/**
 * How many are given of what is asked (interval, burst, wanted, low burst, low wanted), `lead` milliseconds before the bucket
 * is full: the generic cell rate algorithm for many at once.
 */
const given = (asked: string, lead: string) => `
  greatest(0, least(${asked}[3], floor(${asked}[2] - (${lead} - ${TICK_MS}) / ${asked}[1]))) +
  greatest(0, least(${asked}[5], floor(${asked}[4] - (${lead} - ${TICK_MS}) / ${asked}[1]) - ${asked}[3]))`;

/** In order of key, so that two processes cannot deadlock. A row that is closed gives nothing and stays as it is. */
const TAKE = `
  insert into rate_buckets as b (key, full_at, asked, lead_ms, taken)
  select key, now() + taken * asked[1] * interval '1 millisecond', asked, 0, taken
  from (
    select key, asked, ${given("asked", "0")} as taken
    from (
      select key, array[step, burst, wanted, low_burst, low_wanted] as asked
      from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])
        as g (key, step, burst, wanted, low_burst, low_wanted)
    ) named
  ) fresh
  order by key
  on conflict (key) do update set (full_at, asked, lead_ms, taken) = (
    select now() + (lead + taken * excluded.asked[1]) * interval '1 millisecond', excluded.asked, lead, taken
    from (
      select lead, case when b.blocked_until > now() then 0 else ${given("excluded.asked", "lead")} end as taken
      from (select greatest(0, (extract(epoch from b.full_at - now()) * 1000)::float8) as lead) as before
    ) as after
  )
  returning key, lead_ms, taken,
    greatest(0, coalesce(extract(epoch from blocked_until - now()) * 1000, 0))::float8 as blocked_ms`;

const bucketRows = z.array(
  z.object({
    key: z.string(),
    lead_ms: z.number(),
    taken: z.number(),
    blocked_ms: z.number(),
  }),
);
type BucketRow = z.output<typeof bucketRows>[number];

/** A bucket that is filled at once is as good as none: it must not divide by nothing. */
function bounded(bucket: Bucket): Bucket {
  return bucket.intervalMs > 0 ? bucket : { burst: Number.MAX_SAFE_INTEGER, intervalMs: TICK_MS };
}

/** Larger bursts first: who may take the last places is asked before who must leave them. */
function inOrder(askings: readonly Asking[]): readonly Asking[] {
  return askings.toSorted((a, b) => b.burst - a.burst);
}

function demandOf(key: string, askings: readonly Asking[]): Demand {
  const burst = Math.max(...askings.map((asking) => asking.burst));
  const sum = (some: readonly Asking[]) => some.reduce((total, { wanted }) => total + wanted, 0);
  const low = askings.filter((asking) => asking.burst < burst);
  return {
    key,
    intervalMs: Math.max(TICK_MS, ...askings.map(({ intervalMs }) => intervalMs)),
    burst,
    wanted: sum(askings.filter((asking) => asking.burst === burst)),
    lowBurst: Math.min(burst, ...low.map((asking) => asking.burst)),
    lowWanted: sum(low),
  };
}

/** Deals what a bucket gave to those who asked, in order; who gets nothing waits the longer the later they come. */
function deal(row: BucketRow, { intervalMs }: Demand, askings: readonly Asking[]) {
  const takings = new Map<Asking, Taking>();
  let left = row.taken;
  let before = 0;
  for (const asking of inOrder(askings)) {
    const taken = Math.min(asking.wanted, left);
    left -= taken;
    const place = before + taken - asking.burst + 1;
    const waitMs = row.blocked_ms > 0 ? row.blocked_ms : row.lead_ms + place * intervalMs;
    takings.set(asking, { taken, waitMs: taken < asking.wanted ? Math.max(waitMs, TICK_MS) : 0 });
    before += asking.wanted;
  }
  return takings;
}

async function takeAll(db: Database, askings: readonly Asking[]): Promise<readonly Taking[]> {
  const byKey = Map.groupBy(askings, ({ key }) => key);
  const demands = [...byKey].map(([key, some]) => demandOf(key, some));
  const rows = bucketRows.parse(
    await db.query(TAKE, [
      demands.map(({ key }) => key),
      demands.map(({ intervalMs }) => intervalMs),
      demands.map(({ burst }) => burst),
      demands.map(({ wanted }) => wanted),
      demands.map(({ lowBurst }) => lowBurst),
      demands.map(({ lowWanted }) => lowWanted),
    ]),
  );
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const takings = new Map<Asking, Taking>();
  for (const demand of demands) {
    const row = rowOf.get(demand.key);
    if (row === undefined) throw new Error("a bucket gave no answer");
    for (const [asking, taking] of deal(row, demand, byKey.get(demand.key) ?? []))
      takings.set(asking, taking);
  }
  return askings.map((asking) => takings.get(asking) ?? { taken: 0, waitMs: TICK_MS });
}

const BLOCK = `
  insert into rate_buckets as b (key, blocked_until)
  values ($1::text, now() + $2::float8 * interval '1 millisecond')
  on conflict (key) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`;

/** Counts one more of a window, which the first one opens. */
const COUNT = `
  insert into rate_buckets as b (key, full_at, taken)
  values ($1::text, now() + $2::float8 * interval '1 millisecond', 1)
  on conflict (key) do update set
    taken = case when b.full_at > now() then b.taken + 1 else 1 end,
    full_at = case when b.full_at > now() then b.full_at else excluded.full_at end
  returning taken as hits, (extract(epoch from full_at - now()) * 1000)::float8 as "endsInMs"`;

const countRows = z.tuple([z.object({ hits: z.number(), endsInMs: z.number() })]);

/**
 * Keeps rate limits in the database, for processes that share nothing else. Many requests go in one statement; several for
 * one bucket are served in order.
 */
export function createRateBuckets(db: Database) {
  const take = createBatch((askings: readonly Asking[]) => takeAll(db, askings), BATCHING);
  return {
    reserve: async (key: string, bucket: Bucket) =>
      (await take({ ...bounded(bucket), key, wanted: 1 })).waitMs,
    reserveMany: async (key: string, bucket: Bucket, wanted: number) =>
      (await take({ ...bounded(bucket), key, wanted })).taken,
    block: async (key: string, ms: number) => {
      await db.query(BLOCK, [key, ms]);
    },
    increment: async (key: string, windowMs: number) => {
      const [count] = countRows.parse(await db.query(COUNT, [key, windowMs]));
      return count;
    },
    decrement: async (key: string) => {
      await db.query(
        "update rate_buckets set taken = greatest(0, taken - 1) where key = $1::text and full_at > now()",
        [key],
      );
    },
    unblock: async (key: string) => {
      await db.query("update rate_buckets set blocked_until = null where key = $1::text", [key]);
    },
  };
}

/** Rows deleted in one statement, so that none runs for long. */
const SLICE = 20_000;

/** Deletes buckets that are full and open, which say no more than none; those in use are left. Returns how many went. */
export async function deleteFullBuckets(db: Database): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await db.query(
      `delete from rate_buckets where key in (
         select key from rate_buckets where full_at < now() and coalesce(blocked_until <= now(), true)
         limit $1::int for update skip locked) returning 1`,
      [SLICE],
    );
    deleted += rows.length;
    if (rows.length < SLICE) return deleted;
  }
}
