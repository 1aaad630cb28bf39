import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { BridgeError } from "../../src/errors.ts";
import { startServer } from "../../src/http/server.ts";
import type { RunningServer } from "../../src/http/server.ts";
import { payloads, testApp } from "./setup.ts";
import type { AppSetup } from "./setup.ts";

const REST = "/webhooks/rest/webhook";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const servers: RunningServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

async function listen(setup: AppSetup) {
  const made = testApp(setup);
  const server = await startServer(made.app, { host: "127.0.0.1", port: 0 });
  servers.push(server);
  return { ...made, url: server.url + REST };
}

describe("a request of a web client", () => {
  test.each([
    { label: "as Rasa's clients send it", path: REST, type: "application/json" },
    { label: "with a trailing slash", path: `${REST}/`, type: "application/json" },
    { label: "with any content type", path: REST, type: "text/plain" },
  ])("$label is asked and answered", async ({ path, type }) => {
    const { app, asked } = testApp();
    const body = '{"sender":"ana","message":" oi "}';
    const answer = await supertest(app).post(path).set("Content-Type", type).send(body);
    expect([answer.status, answer.body]).toEqual([200, [{ recipient_id: "ana", text: "oi" }]]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      channel: "rest",
      rawBody: Buffer.from(body),
      message: {
        kind: "message",
        externalId: expect.stringMatching(UUID),
        account: "rest",
        identities: [{ kind: "sender", value: "ana" }],
        text: "oi",
      },
    });
    const age = Date.now() - Date.parse(asked[0]?.message.sentAt ?? "");
    expect(Math.abs(age)).toBeLessThan(60_000);
  });

  test("is a message of its own each time, also when it says the same", async () => {
    const { app, asked } = testApp();
    for (let call = 0; call < 2; call += 1) await supertest(app).post(REST).send({ message: "oi" });
    expect(new Set(asked.map(({ message }) => message.externalId)).size).toBe(2);
  });

  test.each([
    { label: "broken JSON", body: "{", want: 400 },
    { label: "an empty body", body: "", want: 400 },
    { label: "a list", body: "[]", want: 400 },
    { label: "a bare text", body: '"oi"', want: 400 },
    { label: "a message that is no text", body: '{"message":5}', want: 400 },
    { label: "more than 100 kB", body: `{"message":"${"x".repeat(102_400)}"}`, want: 413 },
  ])("$label is answered $want", async ({ body, want }) => {
    const { app, asked } = testApp();
    const answer = await supertest(app)
      .post(REST)
      .set("Content-Type", "application/json")
      .send(body);
    expect([answer.status, answer.headers["content-type"], asked.length]).toEqual([
      want,
      "application/problem+json; charset=utf-8",
      0,
    ]);
  });

  test("by GET is answered 405", async () => {
    const answer = await supertest(testApp().app).get(REST);
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST"]);
  });
});

describe("an answer", () => {
  test("without payloads is an empty list", async () => {
    const { app } = testApp({ ask: () => payloads() });
    expect((await supertest(app).post(REST).send({})).body).toEqual([]);
  });

  test("of a turn that fails is what came until then", async () => {
    const { app, log } = testApp({
      ask: async function* () {
        yield { text: "one" };
        throw new Error("the turn broke");
      },
    });
    const answer = await supertest(app).post(REST).send({});
    expect([answer.status, answer.body]).toEqual([200, [{ text: "one" }]]);
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
  });

  test.each([
    { label: "in one piece", path: REST },
    { label: "as a stream", path: `${REST}?stream=true` },
  ])("to a message that was not stored is 503, asked for $label", async ({ path }) => {
    const { app } = testApp({
      ask: () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            throw new BridgeError("store_unavailable", "the database is away");
          },
        }),
      }),
    });
    const answer = await supertest(app).post(path).send({});
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  });

  test("is given when the time is up, even if the turn never ends", async () => {
    const { app, asked } = testApp({
      rest: { wait_ms: 1_000 },
      ask: async function* () {
        yield { text: "one" };
        await new Promise(() => undefined);
      },
    });
    const answer = await supertest(app).post(REST).send({});
    expect(answer.body).toEqual([{ text: "one" }]);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test("as a stream is one object a line, each as it comes, and ends", async () => {
    let more = (): void => undefined;
    const { url } = await listen({
      ask: async function* () {
        yield { text: "one\ntwo" };
        await new Promise<void>((resolve) => {
          more = resolve;
        });
        yield { text: "três" };
      },
    });
    const answer = await fetch(`${url}?stream=TRUE`, { method: "POST", body: "{}" });
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('{"text":"one\\ntwo"}\n');
    more();
    expect((await reader?.read())?.value).toBe('{"text":"três"}\n');
    expect((await reader?.read())?.done).toBe(true);
  });

  test("as a stream ends also when the turn fails or never ends", async () => {
    for (const end of [
      () => Promise.reject(new Error("broke")),
      () => new Promise(() => undefined),
    ]) {
      const { url } = await listen({
        rest: { wait_ms: 1_000 },
        ask: async function* () {
          yield { text: "one" };
          await end();
        },
      });
      const answer = await fetch(`${url}?stream=true`, { method: "POST", body: "{}" });
      expect(await answer.text()).toBe('{"text":"one"}\n');
    }
  });

  test("is not waited for once the client is gone, and the turn goes on", async () => {
    let stored = false;
    const { url, asked, log } = await listen({
      ask: async function* () {
        await sleep(100);
        stored = true;
        yield { text: "one" };
      },
    });
    const call = request(url, { method: "POST" });
    call.on("error", () => undefined);
    call.end("{}");
    while (asked.length === 0) await sleep(10);
    call.destroy();
    await sleep(200);
    expect([asked[0]?.signal.aborted, stored, log.lines]).toEqual([true, true, []]);
  });
});

test("a client that is gone before its message was taken is forgotten", async () => {
  const memory = createMemoryCache();
  const { url, asked } = await listen({
    cache: {
      ...memory,
      increment: async (key, windowMs) => {
        await sleep(100);
        return memory.increment(key, windowMs);
      },
    },
  });
  const call = request(url, { method: "POST" });
  call.on("error", () => undefined);
  call.end("{}");
  await sleep(150);
  call.destroy();
  await sleep(200);
  expect(asked).toEqual([]);
});

describe("the token", () => {
  const rest = { token: "the-rest-token" };
  test.each([
    { label: "missing", path: REST, headers: {}, want: 401 },
    { label: "wrong", path: `${REST}?token=guess`, headers: {}, want: 401 },
    { label: "given twice", path: `${REST}?token=the-rest-token&token=x`, headers: {}, want: 401 },
    { label: "in the query", path: `${REST}?token=the-rest-token`, headers: {}, want: 200 },
    {
      label: "as a bearer",
      path: REST,
      headers: { Authorization: "Bearer the-rest-token" },
      want: 200,
    },
  ])("$label gives $want", async ({ path, headers, want }) => {
    const { app, asked, log } = testApp({ rest });
    const answer = await supertest(app).post(path).set(headers).send({});
    expect([answer.status, asked.length]).toEqual([want, want === 200 ? 1 : 0]);
    expect(log.lines).toHaveLength(want === 200 ? 0 : 1);
    expect(JSON.stringify(log.lines)).not.toMatch(/the-rest-token|guess/);
  });

  test("is not asked for where none is set", async () => {
    expect((await supertest(testApp().app).post(`${REST}?token=any`).send({})).status).toBe(200);
  });
});

describe("a browser", () => {
  const shop = "https://shop.example";
  test.each([
    { label: "an allowed origin", allowed: shop, origin: shop, want: shop },
    { label: "one of several", allowed: `https://a.example, ${shop}`, origin: shop, want: shop },
    { label: "any origin", allowed: "*", origin: shop, want: "*" },
    { label: "another origin", allowed: "https://a.example", origin: shop, want: undefined },
    { label: "no origin at all", allowed: shop, origin: undefined, want: undefined },
  ])("of $label", async ({ allowed, origin, want }) => {
    const { app } = testApp({ rest: { allowed_origins: allowed } });
    const headers = origin === undefined ? {} : { Origin: origin };
    const preflight = await supertest(app).options(REST).set(headers);
    const call = await supertest(app).post(REST).set(headers).send({});
    expect([preflight.status, call.status]).toEqual([204, 200]);
    for (const answer of [preflight, call]) {
      expect(answer.headers["access-control-allow-origin"]).toBe(want);
    }
    if (want === undefined) return;
    expect(preflight.headers["access-control-allow-methods"]).toBe("POST, GET, OPTIONS");
    expect(preflight.headers["access-control-allow-headers"]).toBe("content-type, authorization");
  });

  test("may read a refusal too", async () => {
    const { app } = testApp({ rest: { allowed_origins: shop, token: "the-rest-token" } });
    const answer = await supertest(app).post(REST).set("Origin", shop).send({});
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([401, shop]);
  });

  test("is refused where no origin is allowed", async () => {
    const answer = await supertest(testApp().app).options(REST).set("Origin", shop);
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([
      405,
      undefined,
    ]);
  });
});

describe("too many requests", () => {
  test("of one sender are refused, those of others are not", async () => {
    const { app, asked } = testApp({ rest: { requests_per_minute: 1 } });
    const say = (sender: string) => supertest(app).post(REST).send({ sender, message: "oi" });
    expect([(await say("ana")).status, (await say("bia")).status]).toEqual([200, 200]);
    const refused = await say("ana");
    expect([refused.status, asked.length]).toEqual([429, 2]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ status: 429, code: "request_rate_limited" });
  });

  test("of one address are refused whoever they name", async () => {
    const { app } = testApp({ rest: { requests_per_minute_address: 2 } });
    const say = (sender: string) => supertest(app).post(REST).send({ sender });
    expect([(await say("a")).status, (await say("b")).status, (await say("c")).status]).toEqual([
      200, 200, 429,
    ]);
  });

  test.each([
    { label: "a named address counts behind a trusted proxy", trustProxy: 1, want: 200 },
    { label: "a named address is not believed otherwise", trustProxy: 0, want: 429 },
  ])("$label", async ({ trustProxy, want }) => {
    const { app } = testApp({ rest: { requests_per_minute: 1 }, settings: { trustProxy } });
    const from = (ip: string) => supertest(app).post(REST).set("X-Forwarded-For", ip).send({});
    await from("192.0.2.1");
    expect((await from("192.0.2.2")).status).toBe(want);
  });
});
