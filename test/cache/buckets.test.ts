import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Buckets } from "../../src/cache/cache.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { openRedisCache } from "../../src/cache/redis.ts";
import { withFallback } from "../../src/cache/fallback.ts";
import { createRateBuckets } from "../../src/db/rate-buckets.ts";
import { listDatabases } from "../database.ts";
import { REDIS, redisIsThere } from "../standins/redis.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

/** Two users of the same buckets, as two processes are. */
interface Shared {
  readonly one: Buckets;
  readonly two: Buckets;
}

async function onRedis(): Promise<Shared> {
  const prefix = `ponte-test-${randomUUID()}:`;
  const open = async () => {
    const url = `redis://${REDIS.host}:${REDIS.port}`;
    const cache = openRedisCache({ url, prefix, commandTimeoutMs: 60_000 });
    closers.push(cache.close);
    await until(() =>
      cache.get("any").then(
        () => true,
        () => false,
      ),
    );
    return cache;
  };
  return { one: await open(), two: await open() };
}

async function inMemory(): Promise<Shared> {
  const cache = createMemoryCache();
  return { one: cache, two: cache };
}

async function behindFallback(): Promise<Shared> {
  const { one } = await inMemory();
  const memory = createMemoryCache();
  const cache = withFallback({ ...memory, ...one }, memory);
  return { one: cache, two: cache };
}

const onDatabases = (await listDatabases()).map(({ label, open }) => ({
  label: `in the database (${label})`,
  open: async (): Promise<Shared> => {
    const db = await open();
    closers.push(db.close);
    return { one: createRateBuckets(db), two: createRateBuckets(db) };
  },
}));

const MINUTE = 60_000;
const slow = { burst: 3, intervalMs: MINUTE };

describe.each([
  { label: "in memory", open: inMemory },
  { label: "behind a fallback", open: behindFallback },
  ...onDatabases,
  ...((await redisIsThere("buckets on Redis")) ? [{ label: "on Redis", open: onRedis }] : []),
])("buckets $label", ({ open }) => {
  let one: Buckets;
  let two: Buckets;
  let key: string;
  beforeAll(async () => {
    ({ one, two } = await open());
  });
  beforeEach(() => {
    key = randomUUID();
  });

  test("hold their burst, then one more each interval, for all who share them", async () => {
    const waits = [
      await one.reserve(key, slow),
      await two.reserve(key, slow),
      await one.reserve(key, slow),
    ];
    expect(waits).toEqual([0, 0, 0]);
    for (const buckets of [one, two]) {
      const waitMs = await buckets.reserve(key, slow);
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(MINUTE);
    }
    expect(await one.reserve(randomUUID(), slow)).toBe(0);
  });

  test("fill again by the interval", async () => {
    const bucket = { burst: 2, intervalMs: 40 };
    expect(await one.reserveMany(key, bucket, 2)).toBe(2);
    const waitMs = await one.reserve(key, bucket);
    await sleep(waitMs + 2);
    expect(await two.reserve(key, bucket)).toBe(0);
  });

  test("give as many as there are of many", async () => {
    expect(await one.reserveMany(key, { ...slow, burst: 10 }, 4)).toBe(4);
    expect(await two.reserveMany(key, { ...slow, burst: 10 }, 10)).toBe(6);
    expect(await one.reserveMany(key, { ...slow, burst: 10 }, 10)).toBe(0);
  });

  test("give nobody more than there is when all ask at once", async () => {
    const asked = Array.from({ length: 60 }, (_, n) =>
      n % 3 === 0
        ? one.reserveMany(key, { ...slow, burst: 20 }, 2)
        : (n % 3 === 1 ? one : two)
            .reserve(key, { ...slow, burst: 20 })
            .then((ms) => (ms === 0 ? 1 : 0)),
    );
    const taken = await Promise.all(asked);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  test("keep room for those who may use more of the burst", async () => {
    const low = { ...slow, burst: 5 };
    const high = { ...slow, burst: 10 };
    expect(await one.reserveMany(key, low, 100)).toBe(5);
    expect(await two.reserve(key, low)).toBeGreaterThan(0);
    expect(await one.reserveMany(key, high, 100)).toBe(5);
    expect(await one.reserve(key, high)).toBeGreaterThan(0);
  });

  test("asked at once, those who may use more go first", async () => {
    const low = { ...slow, burst: 5 };
    const high = { ...slow, burst: 10 };
    // The first one keeps a database busy, so that the others go together.
    const [, lows, highs] = await Promise.all([
      one.reserve(randomUUID(), slow),
      one.reserveMany(key, low, 20),
      one.reserveMany(key, high, 20),
    ]);
    expect(lows + highs).toBe(10);
    expect(highs).toBeGreaterThanOrEqual(5);
  });

  test("closed, give nothing to anybody and count nothing", async () => {
    await one.block(key, MINUTE);
    for (const buckets of [one, two]) {
      expect(await buckets.reserveMany(key, slow, 5)).toBe(0);
      const waitMs = await buckets.reserve(key, slow);
      expect(waitMs).toBeGreaterThan(MINUTE / 2);
      expect(waitMs).toBeLessThanOrEqual(MINUTE);
    }
    await two.unblock(key);
    expect(await one.reserveMany(key, slow, 5)).toBe(3);
  });

  test("a shorter closing does not end a longer one, and each ends by itself", async () => {
    await one.reserve(key, { burst: 100, intervalMs: MINUTE });
    await one.block(key, 2 * MINUTE);
    await two.block(key, 10);
    expect(await one.reserve(key, slow)).toBeGreaterThan(MINUTE);
    const other = randomUUID();
    await one.block(other, 30);
    await until(async () => (await two.reserve(other, slow)) === 0);
  });

  test("a bucket that is filled at once never lacks anything", async () => {
    const wide = { burst: 1, intervalMs: 0 };
    expect(await one.reserveMany(key, wide, 1_000)).toBe(1_000);
    const waits = await Promise.all(Array.from({ length: 50 }, () => two.reserve(key, wide)));
    expect(waits).toEqual(waits.map(() => 0));
    await one.block(key, MINUTE);
    expect(await two.reserve(key, wide)).toBeGreaterThan(0);
  });

  test("are never faster than their rate, however hard they are asked", async () => {
    const bucket = { burst: 10, intervalMs: 5 };
    const startedAt = performance.now();
    const hammer = async (buckets: Buckets): Promise<number> => {
      let count = 0;
      while (performance.now() - startedAt < 1_000) {
        count += await buckets.reserveMany(key, bucket, 3);
        if ((await buckets.reserve(key, bucket)) === 0) count += 1;
        await sleep(1);
      }
      return count;
    };
    const counts = await Promise.all([hammer(one), hammer(two), hammer(one)]);
    const elapsedMs = performance.now() - startedAt;
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total).toBeLessThanOrEqual(bucket.burst + elapsedMs / bucket.intervalMs + 1);
    expect(total).toBeGreaterThan(bucket.burst);
  });
});
