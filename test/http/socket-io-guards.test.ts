import { request, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import supertest from "supertest";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { rest } from "../../src/channels/rest/index.ts";
import { createSocketServer } from "../../src/http/socket-io.ts";
import { callerOf, createCounter, mayConnect } from "../../src/http/socket-io-guards.ts";
import { rateLimitStores } from "../../src/http/rate-limit.ts";
import { payloads, testApp } from "./setup.ts";
import { openOldClient } from "./socket-io-old-client.ts";
import { closeAll, connect, openEdge, refusalOf } from "./socket-io-setup.ts";
import { until } from "../until.ts";

const TOKEN = "the-socket-token-0123456789";
const SHOP = "https://shop.example";

afterEach(closeAll);

describe("the token", () => {
  test.each([
    { label: "missing", options: {} },
    { label: "wrong", options: { query: { token: "guess" } } },
    {
      label: "wrong beside a right one",
      options: { auth: { token: "x" }, query: { token: TOKEN } },
    },
    { label: "of the wrong kind", options: { auth: { token: { $ne: 1 } } } },
  ])("$label keeps a client out, and no log tells it", async ({ options }) => {
    const { url, asked, log } = await openEdge({ token: TOKEN });
    expect(await refusalOf(url, options)).toBe("the token is missing or wrong");
    expect(asked).toEqual([]);
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toMatch(/guess|the-socket/);
  });

  test.each([
    { label: "as authentication data", options: { auth: { token: TOKEN } } },
    { label: "in the query", options: { query: { token: TOKEN } } },
    {
      label: "as a bearer",
      options: { extraHeaders: { authorization: `Bearer ${TOKEN}` } },
    },
  ])("$label lets it in, and it may speak", async ({ options }) => {
    const { url, asked } = await openEdge({ token: TOKEN });
    const client = await connect(url, options);
    client.say("oi");
    await until(() => client.bot().length === 1);
    expect(asked).toHaveLength(1);
  });

  test("does not stay in what is stored", async () => {
    const { url, asked } = await openEdge({ token: TOKEN });
    const client = await connect(url, { auth: { token: TOKEN } });
    client.say("oi");
    await until(() => asked.length === 1);
    expect(asked[0]?.rawBody.toString()).not.toContain(TOKEN);
  });
});

/** The status with which a page of this origin may open a connection, and what its browser may read. */
async function openFrom(url: string, headers: Record<string, string>) {
  const { opened } = await openOldClient(url, "", headers);
  return [
    opened.status,
    opened.headers.get("access-control-allow-origin"),
    opened.headers.get("access-control-allow-credentials"),
  ];
}

describe("a browser", () => {
  test.each([
    { label: "of an allowed origin", allowed: SHOP, origin: SHOP, want: [200, SHOP, "true"] },
    { label: "of any origin", allowed: "*", origin: SHOP, want: [200, SHOP, "true"] },
    {
      label: "of another origin",
      allowed: "https://a.example",
      origin: SHOP,
      want: [403, null, "true"],
    },
    { label: "where none is allowed", allowed: "", origin: SHOP, want: [403, null, null] },
    { label: "without an origin", allowed: "", origin: undefined, want: [200, null, null] },
    { label: "of no address", allowed: "", origin: "null", want: [403, null, null] },
  ])("$label", async ({ allowed, origin, want }) => {
    const { url } = await openEdge({ allowed_origins: allowed });
    expect(await openFrom(url, origin === undefined ? {} : { origin })).toEqual(want);
  });

  test("of our own host is let in, over WebSocket too", async () => {
    const { url } = await openEdge();
    expect((await openFrom(url, { origin: url }))[0]).toBe(200);
    const own = { transports: ["websocket"], extraHeaders: { origin: url } };
    expect(await refusalOf(url, own)).toBe("let in");
  });

  test("of another origin is kept out over WebSocket, where browsers ask nobody", async () => {
    const { url } = await openEdge();
    const other = { transports: ["websocket"], extraHeaders: { origin: SHOP } };
    expect(await refusalOf(url, other)).toBe("websocket error");
  });
});

describe("too many", () => {
  test("messages in one session are refused, those in others are not", async () => {
    const { url, asked } = await openEdge({ requests_per_minute: 2 }, { ask: () => payloads() });
    const client = await connect(url);
    for (const text of ["1", "2", "3"]) client.say(text, { session_id: "s" });
    client.say("4", { session_id: "t" });
    await until(() => asked.length === 3 && client.heard.length > 0);
    expect(asked.map(({ message }) => message.text)).toEqual(["1", "2", "4"]);
    expect(client.heard).toEqual([
      [
        "message_refused",
        { code: "request_rate_limited", detail: "too many messages in this minute" },
      ],
    ]);
  });

  test("messages of one address are refused, in whatever sessions, and fill no log", async () => {
    const { url, asked, log } = await openEdge(
      { requests_per_minute_address: 5 },
      { ask: () => payloads() },
    );
    const client = await connect(url);
    for (const text of ["1", "2", "3", "4", "5"]) client.say(text, { session_id: text });
    await until(() => client.heard.length === 2);
    expect(asked.map(({ message }) => message.text)).toEqual(["1", "2", "3"]);
    expect(log.lines).toEqual([]);
  });

  test("guesses of session ids are refused", async () => {
    const { url } = await openEdge({ requests_per_minute_address: 4 });
    const client = await connect(url);
    for (const session of ["a", "b", "c"])
      client.socket.emit("session_request", { session_id: session });
    await until(() => client.heard.length === 3);
    expect(client.heard.map(([event]) => event)).toEqual([
      "session_confirm",
      "session_confirm",
      "message_refused",
    ]);
  });

  test("connections of one address are refused", async () => {
    const { url } = await openEdge({ requests_per_minute_address: 5 });
    expect([await refusalOf(url), await refusalOf(url)]).toEqual(["let in", "let in"]);
    // The fifth opens the transport, and no share is left for what comes over it.
    expect(await refusalOf(url)).toBe("too many connections in this minute");
    expect((await openOldClient(url)).opened.status).toBe(403);
  });

  test("guesses of the token over one connection are refused", async () => {
    const { url, log } = await openEdge({ token: TOKEN, requests_per_minute_address: 4 });
    const base = `${url}/socket.io/?EIO=4&transport=polling`;
    const opened = await (await fetch(base)).text();
    const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? "";
    const words: string[] = [];
    for (let guess = 0; guess < 5; guess += 1) {
      const body = `40{"token":"${guess}"}`;
      await (await fetch(`${base}&sid=${sid}`, { method: "POST", body })).text();
      words.push(await (await fetch(`${base}&sid=${sid}`)).text());
    }
    expect(words[2]).toBe('44{"message":"the token is missing or wrong"}');
    expect(words[3]).toBe('44{"message":"too many connections in this minute"}');
    expect(log.lines).toHaveLength(3);
  });

  test("connections at once are refused", async () => {
    const { url, sockets } = await openEdge({}, { maxConnections: 2 });
    const [first] = [await connect(url), await connect(url)];
    expect((await openOldClient(url)).opened.status).toBe(403);
    first?.socket.disconnect();
    await until(() => sockets.connections() === 1);
    expect(await refusalOf(url)).toBe("let in");
  });

  test("events that wait end the connection", async () => {
    const memory = createMemoryCache();
    let isSlow = false;
    const { url, asked } = await openEdge(
      {},
      {
        cache: {
          ...memory,
          increment: async (key, windowMs) => {
            if (isSlow) await sleep(500);
            return memory.increment(key, windowMs);
          },
        },
      },
    );
    const client = await connect(url, { transports: ["websocket"] });
    isSlow = true;
    for (let count = 0; count < 201; count += 1) client.say("oi");
    await until(() => client.socket.disconnected);
    expect(asked).toEqual([]);
  });

  test("are not what a limiter that fails makes of anybody: it refuses and is logged", async () => {
    const memory = createMemoryCache();
    let isBroken = true;
    const { url, log } = await openEdge(
      {},
      {
        cache: {
          ...memory,
          increment: (key, windowMs) =>
            isBroken ? Promise.reject(new Error("away")) : memory.increment(key, windowMs),
        },
      },
    );
    expect((await openOldClient(url)).opened.status).toBe(403);
    isBroken = false;
    const client = await connect(url);
    isBroken = true;
    client.say("oi");
    await until(() => client.heard.length === 1);
    expect(client.heard[0]?.[0]).toBe("message_refused");
    expect(log.lines.map(({ level }) => level)).toEqual(["error", "error"]);
  });
});

describe("a hostile client", () => {
  test.each([
    { label: "nothing", data: undefined },
    { label: "null", data: null },
    { label: "a text", data: "oi" },
    { label: "a list", data: ["oi"] },
    { label: "a message that is no text", data: { message: { a: 1 } } },
    { label: "bytes", data: Buffer.from("oi") },
    { label: "bytes as the message", data: { message: Buffer.from("oi") } },
  ])("that sends $label is refused and may go on", async ({ data }) => {
    const { url, asked } = await openEdge();
    const client = await connect(url);
    client.socket.emit("user_uttered", data);
    client.say("oi", { session_id: "s" });
    await until(() => client.heard.length >= 2);
    const refusals = client.heard.filter(([event]) => event === "message_refused");
    expect(refusals.map(([, refusal]) => refusal)).toEqual(
      asked.length === 1 ? [expect.objectContaining({ code: "webhook_malformed" })] : [],
    );
    expect(asked.at(-1)?.message.text).toBe("oi");
  });

  test.each([100, 5_000, 50_000])("that nests %i levels deep harms nobody", async (levels) => {
    const { url, asked } = await openEdge();
    const [bad, good] = [await openOldClient(url), await connect(url)];
    const nested = "[".repeat(levels) + "]".repeat(levels);
    await bad.send(`["user_uttered",{"session_id":"s","message":"oi","metadata":${nested}}]`);
    good.say("ainda aqui");
    await until(() => good.bot().length === 1);
    expect(asked.at(-1)?.message.text).toBe("ainda aqui");
    expect(JSON.stringify(asked.map(({ message }) => message)).length).toBeLessThan(2_000);
  });

  test("that reaches for what is not its own gets nowhere", async () => {
    const { url, asked } = await openEdge({}, { ask: () => payloads() });
    const client = await connect(url);
    for (const event of ["bot_uttered", "session_confirm", "error", "__proto__", "toString"])
      client.socket.emit(event, { session_id: "s", message: "oi" });
    client.socket.emit("user_uttered", JSON.parse('{"__proto__":{"x":1},"message":"oi"}'), () => 1);
    client.socket.emit("user_uttered", { session_id: "__proto__", message: "oi" });
    client.socket.emit("user_uttered", { session_id: "error", message: "fim" });
    await until(() => asked.at(-1)?.message.text === "fim");
    expect(asked).toHaveLength(3);
  });

  test("that sends more than 100 kB loses its connection, nobody else does", async () => {
    const { url, asked } = await openEdge();
    const [bad, good] = [await connect(url), await connect(url)];
    bad.say("x".repeat(110_000));
    await until(() => bad.socket.disconnected);
    good.say("oi");
    await until(() => good.bot().length === 1);
    expect(asked).toHaveLength(1);
  });

  test("whose message grows beyond 100 kB when it is written down is refused", async () => {
    const { url, asked } = await openEdge();
    const client = await connect(url);
    await client.join("é".repeat(512));
    client.say("x".repeat(101_600));
    await until(() => client.heard.length === 2);
    expect(client.heard[1]).toEqual([
      "message_refused",
      { code: "request_too_large", detail: "the message is too large" },
    ]);
    expect(asked).toEqual([]);
  });

  test("in another namespace is refused", async () => {
    const { url } = await openEdge();
    expect(await refusalOf(`${url}/admin`)).toBe("Invalid namespace");
  });

  test.each([
    { label: "no protocol", path: "/socket.io/", status: 400 },
    { label: "no session", path: "/socket.io/?EIO=4&transport=polling&sid=x", status: 400 },
    { label: "the client library", path: "/socket.io/socket.io.js", status: 400 },
  ])("that asks for $label gets $status", async ({ path, status }) => {
    const { url } = await openEdge();
    expect((await fetch(url + path)).status).toBe(status);
  });
});

test("a client of Socket.IO 2 that polls has the whole conversation", async () => {
  const { url, asked } = await openEdge(
    { token: TOKEN },
    { ask: () => payloads({ text: "olá 🙂" }, { text: "tudo bem?" }) },
  );
  const client = await openOldClient(url, `&token=${TOKEN}`);
  expect(await client.poll()).toEqual(["40"]);
  expect(await client.emit("session_request", { session_id: "old" })).toBe(200);
  expect(await client.poll()).toEqual(['42["session_confirm","old"]']);
  await client.emit("user_uttered", { message: "oi", session_id: "old" });
  const packets = [...(await client.poll())];
  while (packets.length < 2) packets.push(...(await client.poll()));
  expect(packets).toEqual([
    '42["bot_uttered",{"text":"olá 🙂"}]',
    '42["bot_uttered",{"text":"tudo bem?"}]',
  ]);
  expect(asked[0]?.message.identities).toEqual([{ kind: "sender", value: "old" }]);
});

test("a client of Socket.IO 2 without the token is told so", async () => {
  const { url } = await openEdge({ token: TOKEN });
  const client = await openOldClient(url);
  expect(await client.poll()).toEqual(['44"the token is missing or wrong"']);
});

describe("the channel's own paths", () => {
  test("say that it is there, and that it takes no webhooks", async () => {
    const { url } = await openEdge();
    expect(await (await fetch(`${url}/webhooks/socketio/`)).json()).toEqual({ status: "ok" });
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const answer = await fetch(`${url}/webhooks/socketio/webhook`, { method });
      expect([method, answer.status]).toEqual([method, 404]);
    }
  });

  test("are nobody's where there is no such channel", async () => {
    const { app, deps } = testApp({
      channels: [{ name: "rest", type: "rest", channel: rest.configure({}) }],
    });
    expect(await createSocketServer(deps)).toBeUndefined();
    expect((await supertest(app).get("/socket.io/?EIO=4&transport=polling")).status).toBe(404);
  });

  test("leave all others to the application", async () => {
    const { url } = await openEdge();
    expect(await (await fetch(`${url}/live`)).json()).toEqual({ status: "alive" });
  });
});

describe("a server that stops", () => {
  test("closes connections of every kind in time, and stops waiting for answers", async () => {
    const { url, sockets, server, asked } = await openEdge(
      {},
      {
        ask: async function* () {
          await new Promise(() => undefined);
          yield {};
        },
      },
    );
    const clients = [
      await connect(url, { transports: ["websocket"] }),
      await connect(url, { transports: ["polling"] }),
    ];
    const old = await openOldClient(url);
    await old.poll();
    const polled = old.poll().catch(() => []);
    clients[0]?.say("oi");
    await until(() => asked.length === 1);
    sockets.close();
    await server.close(120_000);
    await until(() => clients.every(({ socket }) => socket.disconnected));
    await polled;
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test("lets nobody in any more", async () => {
    const { url, sockets } = await openEdge();
    sockets.close();
    expect((await openOldClient(url)).opened.status).toBe(403);
  });
});

describe("the caller's address", () => {
  const requestWith = (forwarded: string | undefined, remote = "10.0.0.9"): IncomingMessage => {
    const fake = request("http://127.0.0.1:9", { lookup: () => undefined });
    fake.on("error", () => undefined).destroy();
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    return Object.assign(Object.create(fake), { headers, socket: { remoteAddress: remote } });
  };

  test.each([
    { label: "the connection's", forwarded: undefined, proxies: 0, want: "10.0.0.9" },
    {
      label: "the connection's, whatever it says",
      forwarded: "1.1.1.1",
      proxies: 0,
      want: "10.0.0.9",
    },
    { label: "what our proxy wrote", forwarded: "6.6.6.6, 2.2.2.2", proxies: 1, want: "2.2.2.2" },
    {
      label: "behind two proxies",
      forwarded: "6.6.6.6, 2.2.2.2, 3.3.3.3",
      proxies: 2,
      want: "2.2.2.2",
    },
    { label: "the first there is", forwarded: "2.2.2.2", proxies: 5, want: "2.2.2.2" },
    { label: "the connection's without any", forwarded: undefined, proxies: 1, want: "10.0.0.9" },
    { label: "without blanks", forwarded: " , 2.2.2.2", proxies: 2, want: "2.2.2.2" },
  ])("is $label", ({ forwarded, proxies, want }) => {
    expect(callerOf(requestWith(forwarded), proxies)).toBe(want);
  });

  test("decides whose share it is, by network for IPv6", async () => {
    const isWithin = createCounter(rateLimitStores(createMemoryCache())("test"), 1);
    expect(await isWithin("2.2.2.2")).toBe(true);
    expect(await isWithin("2.2.2.2")).toBe(false);
    expect(await isWithin("2.2.2.3")).toBe(true);
    expect(await isWithin("2001:db8::1")).toBe(true);
    expect(await isWithin("2001:db8::2")).toBe(false);
    expect(await isWithin("2.2.2.2", "a session")).toBe(true);
    expect(await isWithin("")).toBe(true);
  });

  test("comes from trusted proxies only", async () => {
    const setup = { settings: { trustProxy: 1 } };
    const { url } = await openEdge({ requests_per_minute_address: 2 }, setup);
    const from = (address: string) => ({ extraHeaders: { "x-forwarded-for": address } });
    expect(await refusalOf(url, from("6.6.6.6, 2.2.2.2"))).toBe("let in");
    expect(await refusalOf(url, from("7.7.7.7, 2.2.2.2"))).not.toBe("let in");
    expect(await refusalOf(url, from("2.2.2.2, 3.3.3.3"))).toBe("let in");
  });

  test("of a page is compared with the host it calls", () => {
    const call = (headers: Record<string, string>) =>
      mayConnect(Object.assign(requestWith(undefined), { headers }), []);
    expect(call({ origin: "https://a.example", host: "a.example" })).toBe(true);
    expect(call({ origin: "https://a.example:8443", host: "a.example" })).toBe(false);
    expect(call({ origin: "https://a.example.evil", host: "a.example" })).toBe(false);
  });
});
