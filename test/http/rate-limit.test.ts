import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { withFallback } from "../../src/cache/fallback.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { openRedisCache } from "../../src/cache/redis.ts";
import { REDIS, redisIsThere } from "../standins/redis.ts";
import { createTcpProxy } from "../standins/tcp-proxy.ts";
import { testApp } from "./setup.ts";

const withRedis = await redisIsThere("shared rate limits");
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

test("a counter's key holds neither the address nor the sender", async () => {
  const keys: string[] = [];
  const memory = createMemoryCache();
  const { app } = testApp({
    cache: {
      ...memory,
      increment: (key, windowMs) => {
        keys.push(key);
        return memory.increment(key, windowMs);
      },
    },
  });
  await supertest(app).post("/webhooks/rest/webhook").send({ sender: "5561999998888" });
  expect(keys).toEqual([
    expect.stringMatching(/^limit:address:rest:[\w-]{22}$/),
    expect.stringMatching(/^limit:sender:rest:[\w-]{22}$/),
  ]);
});

(withRedis ? describe : describe.skip)("two machines with one Redis", () => {
  test("share a limit, also when one was started before Redis", async () => {
    const proxy = await createTcpProxy(REDIS);
    closers.push(proxy.stop);
    const prefix = `ponte-test-${randomUUID()}:`;
    const machine = (port: number) => {
      const redis = openRedisCache({ url: `redis://127.0.0.1:${port}`, prefix });
      closers.unshift(redis.close);
      const cache = withFallback(redis, createMemoryCache(), { pauseMs: 50 });
      const { app } = testApp({ cache, rest: { requests_per_minute: 2 } });
      return () =>
        supertest(app)
          .post("/webhooks/rest/webhook")
          .send({})
          .then(({ status }) => status);
    };
    const early = machine(proxy.port);
    expect([await early(), await early(), await early()]).toEqual([200, 200, 429]);

    await proxy.start();
    const other = machine(REDIS.port);
    await sleep(1_300);
    expect([await early(), await other(), await early(), await other()]).toEqual([
      200, 200, 429, 429,
    ]);
  });
});
