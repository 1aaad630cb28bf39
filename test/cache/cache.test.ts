import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { withFallback } from "../../src/cache/fallback.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { openRedisCache } from "../../src/cache/redis.ts";
import type { RedisCacheOptions } from "../../src/cache/redis.ts";
import type { Cache } from "../../src/cache/cache.ts";
import { REDIS, redisIsThere } from "../standins/redis.ts";
import { createTcpProxy } from "../standins/tcp-proxy.ts";

const withRedis = await redisIsThere("the cache on Redis");
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

function openRedis(port: number, options: Partial<RedisCacheOptions> = {}) {
  const cache = openRedisCache({
    url: `redis://${REDIS.host}:${port}`,
    prefix: `ponte-test-${randomUUID()}:`,
    commandTimeoutMs: 60_000,
    ...options,
  });
  closers.push(cache.close);
  return cache;
}

/** Retries until the connection is there; a cache does not wait for it. */
async function ready<Made extends Cache>(cache: Made): Promise<Made> {
  await eventually(() => cache.get("any"));
  return cache;
}

async function eventually<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; tries < 60; tries += 1) {
    try {
      return await attempt();
    } catch {
      await sleep(50);
    }
  }
  return attempt();
}

describe.each([
  { label: "in memory", open: async (): Promise<Cache> => createMemoryCache() },
  ...(withRedis
    ? [{ label: "on Redis", open: (): Promise<Cache> => ready(openRedis(REDIS.port)) }]
    : []),
])("a cache $label", ({ open }) => {
  let cache: Cache;
  beforeEach(async () => {
    cache = await open();
  });

  test("gives back what was set, and nothing for other keys", async () => {
    await cache.set("a", "coração 😀", 10_000);
    expect([await cache.get("a"), await cache.get("b")]).toEqual(["coração 😀", undefined]);
  });

  test("forgets a value when its time is over", async () => {
    await cache.set("a", "1", 40);
    expect(await cache.get("a")).toBe("1");
    await sleep(80);
    expect(await cache.get("a")).toBeUndefined();
  });

  test("forgets a removed value", async () => {
    await cache.set("a", "1", 10_000);
    await cache.remove("a");
    expect(await cache.get("a")).toBeUndefined();
  });

  test("counts within the window that the first hit opened", async () => {
    const counts = [await cache.increment("k", 10_000), await cache.increment("k", 99_000)];
    expect(counts.map(({ hits }) => hits)).toEqual([1, 2]);
    for (const { endsInMs } of counts) {
      expect(endsInMs).toBeGreaterThan(8_000);
      expect(endsInMs).toBeLessThanOrEqual(10_000);
    }
  });

  test("starts again after the window", async () => {
    await cache.increment("k", 40);
    await cache.increment("k", 40);
    await sleep(80);
    expect((await cache.increment("k", 40)).hits).toBe(1);
  });

  test("takes a hit back, never below nothing and never opening a window", async () => {
    await cache.increment("k", 10_000);
    await cache.decrement("k");
    await cache.decrement("k");
    await cache.decrement("unknown");
    expect((await cache.increment("k", 10_000)).hits).toBe(1);
    expect(await cache.get("unknown")).toBeUndefined();
  });

  test("counts simultaneous hits one by one", async () => {
    const counts = await Promise.all(
      Array.from({ length: 50 }, () => cache.increment("k", 10_000)),
    );
    expect(counts.map(({ hits }) => hits).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  });
});

describe("in memory", () => {
  test("a flood of keys pushes out expired entries first, then the oldest", async () => {
    let now = 0;
    const cache = createMemoryCache({ maxEntries: 3, now: () => now });
    await cache.set("old", "1", 1_000);
    await cache.set("gone", "2", 10);
    await cache.set("new", "3", 1_000);
    now = 20;
    await cache.set("next", "4", 1_000);
    expect(await Promise.all(["old", "new", "next"].map(cache.get))).toEqual(["1", "3", "4"]);
    await cache.set("last", "5", 1_000);
    expect(await Promise.all(["old", "new", "next", "last"].map(cache.get))).toEqual([
      undefined,
      "3",
      "4",
      "5",
    ]);
  });
});

describe("in memory, full", () => {
  test("a tenth goes at once, so that not every new key looks through all others", async () => {
    const cache = createMemoryCache({ maxEntries: 100, now: () => 0 });
    for (let n = 0; n <= 100; n += 1) await cache.set(String(n), "x", 1_000);
    const kept = await Promise.all(Array.from({ length: 101 }, (_, n) => cache.get(String(n))));
    expect(kept.findIndex((value) => value !== undefined)).toBe(10);
    expect(kept.filter((value) => value !== undefined)).toHaveLength(91);
  });
});

describe("with a fallback", () => {
  test("a failing first cache is left alone for the pause and then tried again", async () => {
    let now = 0;
    const calls: string[] = [];
    const failing: Cache = {
      ...createMemoryCache(),
      get: async () => {
        calls.push("first");
        if (now < 1_000) throw new Error("away");
        return "first";
      },
    };
    const second = createMemoryCache();
    await second.set("k", "second", 60_000);
    const cache = withFallback(failing, second, { pauseMs: 1_000, now: () => now });

    expect([await cache.get("k"), await cache.get("k")]).toEqual(["second", "second"]);
    expect(calls).toHaveLength(1);
    now = 1_000;
    expect(await cache.get("k")).toBe("first");
  });
});

(withRedis ? describe : describe.skip)("while Redis comes and goes", () => {
  async function behindProxy(options: Partial<RedisCacheOptions> = {}) {
    const proxy = await createTcpProxy(REDIS);
    closers.push(proxy.stop);
    const redis = openRedis(proxy.port, options);
    const cache = withFallback(redis, createMemoryCache(), { pauseMs: 100 });
    return { proxy, redis, cache };
  }

  test("started while Redis is down: counts in memory, then on Redis once it is up", async () => {
    const { proxy, redis, cache } = await behindProxy();
    expect((await cache.increment("k", 60_000)).hits).toBe(1);
    expect((await cache.increment("k", 60_000)).hits).toBe(2);
    await expect(redis.get("k")).rejects.toThrow();

    await proxy.start();
    await ready(redis);
    await sleep(120);
    expect((await cache.increment("k", 60_000)).hits).toBe(1);
    expect(await redis.get("k")).toBe("1");
  });

  test("cut and restored: the shared count goes on where it was", async () => {
    const { proxy, redis, cache } = await behindProxy();
    await proxy.start();
    await ready(redis);
    await cache.increment("k", 60_000);

    await proxy.stop();
    await sleep(50);
    expect((await cache.increment("k", 60_000)).hits).toBe(1);

    await proxy.start();
    await ready(redis);
    await sleep(120);
    expect((await cache.increment("k", 60_000)).hits).toBe(2);
  });

  test("frozen: one call waits for the time limit, the next ones do not", async () => {
    const { proxy, redis } = await behindProxy({ commandTimeoutMs: 500 });
    let asked = 0;
    const counted = {
      ...redis,
      increment: (...call: Parameters<Cache["increment"]>) => {
        asked += 1;
        return redis.increment(...call);
      },
    };
    const cache = withFallback(counted, createMemoryCache(), { pauseMs: 1_000 });
    await proxy.start();
    await ready(redis);
    proxy.freeze();

    const started = performance.now();
    expect((await cache.increment("k", 60_000)).hits).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(450);
    expect((await cache.increment("k", 60_000)).hits).toBe(2);
    expect(asked).toBe(1);

    proxy.thaw();
    await sleep(1_100);
    await ready(redis);
    expect((await cache.increment("other", 60_000)).hits).toBe(1);
    expect(await redis.get("other")).toBe("1");
  });

  test("cut in the middle of a call: the call fails then, and is not made again later", async () => {
    const proxy = await createTcpProxy(REDIS);
    closers.push(proxy.stop);
    await proxy.start();
    const redis = await ready(openRedis(proxy.port));
    proxy.freeze();
    const call = redis.increment("k", 60_000);
    setTimeout(() => void proxy.stop(), 50);
    await expect(call).rejects.toThrow();
  });

  test("frozen for good: the dead connection is given up and a new one made", async () => {
    const proxy = await createTcpProxy(REDIS);
    closers.push(proxy.stop);
    await proxy.start();
    const told: boolean[] = [];
    const onConnection = (connected: boolean): void => void told.push(connected);
    const redis = await ready(openRedis(proxy.port, { deadSocketMs: 300, onConnection }));
    proxy.freeze();
    await expect(redis.get("k")).rejects.toThrow();
    await eventually(async () => expect(told).toEqual([true, false]));
  });

  test("a change of the connection is told once", async () => {
    const proxy = await createTcpProxy(REDIS);
    closers.push(proxy.stop);
    const told: boolean[] = [];
    const redis = openRedisCache({
      url: `redis://${REDIS.host}:${proxy.port}`,
      onConnection: (connected) => told.push(connected),
    });
    closers.push(redis.close);
    await sleep(300);
    await proxy.start();
    await ready(redis);
    await proxy.stop();
    await eventually(async () => expect(told).toEqual([false, true, false]));
  });
});
