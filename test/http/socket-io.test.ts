import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { BridgeError } from "../../src/errors.ts";
import { payloads } from "./setup.ts";
import { closeAll, connect, openEdge } from "./socket-io-setup.ts";
import { until } from "../until.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(closeAll);

/** An answer that comes when the test wants it to. */
function heldBack() {
  const gates: (() => void)[] = [];
  const ask = (message: { text: string }) =>
    (async function* () {
      await new Promise<void>((resolve) => void gates.push(resolve));
      yield { text: `${message.text} 1` };
      yield { text: `${message.text} 2` };
    })();
  return { gates, ask };
}

describe("a session", () => {
  test.each([
    { label: "without an id gets one nobody can guess", given: undefined, want: UUID },
    { label: "of a client that has an id keeps it", given: "abc-123", want: /^abc-123$/ },
    { label: "may be called by a number", given: 42, want: /^42$/ },
    { label: "with an id that is none gets a new one", given: { a: 1 }, want: UUID },
    { label: "with an empty id gets a new one", given: "", want: UUID },
    { label: "with too long an id gets a new one", given: "x".repeat(513), want: UUID },
  ])("$label", async ({ given, want }) => {
    const { url } = await openEdge();
    const client = await connect(url);
    const confirmed = await client.join(given);
    expect(confirmed).toMatch(want);
    expect(await client.join()).toBe(confirmed);
  });

  test("asked for without data is given as well", async () => {
    const { url } = await openEdge();
    const client = await connect(url);
    client.socket.emit("session_request");
    client.socket.emit("session_request", null);
    await until(() => client.heard.length === 2);
    expect(client.heard[0]?.[1]).toMatch(UUID);
    expect(client.heard[1]).toEqual(client.heard[0]);
  });
});

describe("a message", () => {
  test.each(["polling", "websocket"])(
    "over %s is asked and answered in order",
    async (transport) => {
      const { url, asked } = await openEdge(
        {},
        { ask: () => payloads({ text: "um" }, { text: "dois", quick_replies: [] }) },
      );
      const client = await connect(url, { transports: [transport] });
      const session = await client.join("abc");
      client.say(" oi ", { session_id: session, customData: { language: "en" } });
      await until(() => client.heard.length === 3);
      expect(client.bot()).toEqual([{ text: "um" }, { text: "dois", quick_replies: [] }]);
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({
        channel: "socketio",
        message: {
          kind: "message",
          externalId: expect.stringMatching(UUID),
          account: "socketio",
          identities: [{ kind: "sender", value: "abc" }],
          text: "oi",
          metadata: { language: "en" },
        },
      });
      expect(JSON.parse(asked[0]?.rawBody.toString() ?? "")).toEqual({
        message: " oi ",
        session_id: "abc",
        customData: { language: "en" },
      });
      const age = Date.now() - Date.parse(asked[0]?.message.sentAt ?? "");
      expect(Math.abs(age)).toBeLessThan(60_000);
    },
  );

  test("of a client that never asked for a session is answered too", async () => {
    const { url, asked } = await openEdge();
    const client = await connect(url);
    client.say("oi");
    client.say("tudo bem?");
    await until(() => client.bot().length === 2);
    const [first, second] = asked.map(({ message }) => message.identities[0]?.value);
    expect(first).toMatch(UUID);
    expect(second).toBe(first);
  });

  test("with only a session id joins that session", async () => {
    const { url, asked } = await openEdge();
    const client = await connect(url);
    client.say("oi", { session_id: "kept-by-the-widget" });
    await until(() => client.bot().length === 1);
    expect(asked[0]?.message.identities).toEqual([{ kind: "sender", value: "kept-by-the-widget" }]);
  });

  test("is one of its own each time, in the order they were sent in", async () => {
    const { url, asked } = await openEdge({}, { ask: () => payloads() });
    const client = await connect(url);
    const texts = Array.from({ length: 50 }, (_, index) => `m${index}`);
    for (const text of texts) client.say(text, { session_id: "s" });
    await until(() => asked.length === 50);
    expect(asked.map(({ message }) => message.text)).toEqual(texts);
    expect(new Set(asked.map(({ message }) => message.externalId)).size).toBe(50);
  });

  test("that waits is taken although its client leaves", async () => {
    const memory = createMemoryCache();
    const increment = async (key: string, windowMs: number) => {
      await sleep(50);
      return memory.increment(key, windowMs);
    };
    const { url, asked, sockets } = await openEdge({}, { cache: { ...memory, increment } });
    const client = await connect(url, { transports: ["websocket"] });
    client.say("oi");
    client.say("tchau");
    await sleep(20);
    client.socket.disconnect();
    await until(() => sockets.connections() === 0);
    expect(asked).toEqual([]);
    await until(() => asked.length === 2);
  });

  test("goes by the names of events that are set", async () => {
    const { url, asked } = await openEdge({
      user_message_evt: "said",
      bot_message_evt: "replied",
    });
    const client = await connect(url);
    client.say("not this one");
    client.socket.emit("said", { message: "oi", session_id: "s" });
    await until(() => client.heard.length === 1);
    expect(client.heard).toEqual([["replied", { recipient_id: "ana", text: "oi" }]]);
    expect(asked).toHaveLength(1);
  });
});

describe("answers", () => {
  test("of two messages come one after the other, whichever is ready first", async () => {
    const { gates, ask } = heldBack();
    const { url } = await openEdge({}, { ask });
    const client = await connect(url);
    client.say("a", { session_id: "s" });
    client.say("b", { session_id: "s" });
    await until(() => gates.length === 2);
    gates[1]?.();
    await sleep(50);
    expect(client.bot()).toEqual([]);
    gates[0]?.();
    await until(() => client.bot().length === 4);
    expect(client.bot()).toEqual(["a 1", "a 2", "b 1", "b 2"].map((text) => ({ text })));
  });

  test("reach every connection of the session and no other", async () => {
    const { url } = await openEdge();
    const [phone, laptop, stranger] = [await connect(url), await connect(url), await connect(url)];
    await Promise.all([phone.join("s"), laptop.join("s"), stranger.join("session:s")]);
    phone.say("oi", { session_id: "s" });
    await until(() => phone.bot().length === 1 && laptop.bot().length === 1);
    await sleep(50);
    expect(stranger.bot()).toEqual([]);
  });

  test("cannot be overheard by asking for a session by the id of a connection", async () => {
    const { url } = await openEdge();
    const [victim, thief] = [await connect(url), await connect(url)];
    await thief.join(victim.socket.id);
    await victim.join("s");
    victim.say("oi", { session_id: "s" });
    victim.say("oi");
    await until(() => victim.bot().length === 2);
    expect(thief.bot()).toEqual([]);
  });

  test("go to the new session of a client that changed it, not to the old one", async () => {
    const { url } = await openEdge();
    const [mover, stayer] = [await connect(url), await connect(url)];
    await mover.join("old");
    await mover.join("new");
    await stayer.join("old");
    stayer.say("oi");
    await until(() => stayer.bot().length === 1);
    await sleep(50);
    expect(mover.bot()).toEqual([]);
  });

  test("wait for a client that lost its connection and comes back, and keep their order", async () => {
    const { gates, ask } = heldBack();
    const { url, asked, sockets } = await openEdge({}, { ask });
    const gone = await connect(url);
    gone.say("a", { session_id: "s" });
    gone.say("b", { session_id: "s" });
    await until(() => gates.length === 2);
    gone.socket.disconnect();
    await until(() => !sockets.push("socketio", "s", {}));
    for (const open of gates) open();
    await sleep(100);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    const back = await connect(url);
    await back.join("s");
    await until(() => back.bot().length === 4);
    expect(back.bot()).toEqual(["a 1", "a 2", "b 1", "b 2"].map((text) => ({ text })));
  });

  test("are not waited for when the time is up, also when the turn never ends", async () => {
    const { url, asked } = await openEdge(
      { wait_ms: 1_000 },
      {
        ask: async function* () {
          await new Promise(() => undefined);
          yield {};
        },
      },
    );
    const client = await connect(url);
    client.say("oi");
    await until(() => asked.length === 1);
    await until(() => asked[0]?.signal.aborted === true);
    expect(client.heard).toEqual([]);
  });

  test("of a turn that fails are what came until then", async () => {
    const { url, log } = await openEdge(
      {},
      {
        ask: async function* () {
          yield { text: "um" };
          throw new Error("the turn broke: s3cr3t");
        },
      },
    );
    const client = await connect(url);
    client.say("oi");
    await until(() => client.heard.length === 2);
    expect(client.heard).toEqual([
      ["bot_uttered", { text: "um" }],
      ["message_refused", { code: "internal", detail: "the message failed; the log says why" }],
    ]);
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
  });

  test("to a message that was not stored say so, also behind one that waits", async () => {
    const { gates, ask } = heldBack();
    const { url, log } = await openEdge(
      {},
      {
        ask: (message) =>
          message.text === "bad"
            ? {
                [Symbol.asyncIterator]: () => ({
                  next: () => Promise.reject(new BridgeError("store_unavailable", "it is away")),
                }),
              }
            : ask(message),
      },
    );
    const client = await connect(url);
    client.say("good", { session_id: "s" });
    client.say("bad", { session_id: "s" });
    await until(() => gates.length === 1);
    await sleep(50);
    gates[0]?.();
    await until(() => client.heard.length === 3);
    expect(client.heard[2]).toEqual([
      "message_refused",
      { code: "store_unavailable", detail: "it is away" },
    ]);
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
    client.say("good", { session_id: "s" });
    await until(() => gates.length === 2);
    gates[1]?.();
    await until(() => client.bot().length === 4);
  });
});

describe("without session persistence", () => {
  test("each connection is a conversation of its own, whatever id it gives", async () => {
    const { url, asked } = await openEdge({ session_persistence: false });
    const [one, two] = [await connect(url), await connect(url)];
    const confirmed = [await one.join("s"), await two.join("s")];
    one.say("oi", { session_id: "s" });
    await until(() => one.bot().length === 1);
    await sleep(50);
    expect(two.bot()).toEqual([]);
    expect(confirmed).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(asked[0]?.message.identities[0]?.value).toBe(confirmed[0]);
    expect(confirmed[1]).not.toBe(confirmed[0]);
  });
});

describe("what is pushed", () => {
  test("reaches whoever is connected to the session, at once", async () => {
    const { gates, ask } = heldBack();
    const { url, sockets } = await openEdge({}, { ask });
    const client = await connect(url);
    await client.join("s");
    client.say("oi", { session_id: "s" });
    await until(() => gates.length === 1);
    expect(sockets.push("socketio", "s", { text: "Lembrete" })).toBe(true);
    await until(() => client.bot().length === 1);
    expect(client.bot()).toEqual([{ text: "Lembrete" }]);
  });

  test("is told to have reached nobody where nobody is", async () => {
    const { url, sockets } = await openEdge();
    const client = await connect(url);
    await client.join("s");
    expect(sockets.push("socketio", "t", {})).toBe(false);
    expect(sockets.push("rest", "s", {})).toBe(false);
    client.socket.disconnect();
    await until(() => !sockets.push("socketio", "s", {}));
  });
});
