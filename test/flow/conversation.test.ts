import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Answer, AnswerBackend, AnswerContext } from "../../src/answers/backend.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { Database } from "../../src/db/driver.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { BridgeError } from "../../src/errors.ts";
import { createEngine, type Engine, type EngineDependencies } from "../../src/flow/engine.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { createLinks } from "../../src/media/links.ts";
import {
  arrive,
  CHANNEL,
  claimOne,
  outgoing,
  textMessage,
  turnOf,
  sentLater,
} from "../db/scene.ts";
import { listQuickest } from "../database.ts";
import { emptyDatabase } from "../db/empty.ts";
import {
  callTools,
  defaultSettings,
  pause,
  plainChannel,
  recordingObserver,
  scriptedHttp,
} from "./scene.ts";
import { until } from "../until.ts";

const answered = (text: string): Answer => ({ outcome: "answered", replies: [{ text }] });
const nothing = () => Promise.reject(new Error("no file is kept here"));

interface Setup {
  readonly conversation?: Partial<EngineDependencies["conversation"]>;
  readonly answer?: (text: string, context: AnswerContext) => Promise<Answer>;
}

describe.each(await listQuickest())("a conversation on $label", ({ open }) => {
  let db: Database;
  const engines: Engine[] = [];
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));
  afterEach(() => Promise.all(engines.splice(0).map(({ worker }) => worker.stop(0))));

  function setUp({ conversation = {}, answer }: Setup = {}) {
    const asked: string[] = [];
    const backend: AnswerBackend = {
      answer: async ({ text }, context) => {
        asked.push(text);
        return (await answer?.(text, context)) ?? answered(`re: ${text}`);
      },
      timeoutMs: 5_000,
      secrets: [],
    };
    const settings = defaultSettings();
    const observer = recordingObserver();
    const cache = createMemoryCache();
    const { http, bodies } = scriptedHttp();
    const start = (): Engine => {
      const engine = createEngine({
        ...settings,
        db,
        tools: { ...callTools(http), cache },
        channels: new Map([[CHANNEL, { type: "cloud", channel: plainChannel() }]]),
        backends: [{ name: "bot", backend }],
        answers: { ...settings.answers, chain: ["bot"], retryBaseMs: 50 },
        conversation: { ...settings.conversation, staleAfterMs: 0, ...conversation },
        engine: { ...settings.engine, pollMs: 5 },
        cache,
        buckets: cache,
        files: {
          store: { put: nothing, open: nothing, remove: nothing, tidy: nothing },
          links: createLinks({ secret: "links", ttlMs: 1_000, now: () => new Date() }),
          baseUrl: () => "",
          settings: settings.media,
        },
        observer,
        events: new Set(),
      });
      engines.push(engine);
      engine.worker.start();
      return engine;
    };
    return { start, asked, bodies, observer };
  }

  const send = (engine: Engine, messages: readonly InboundMessage[], replayOf?: string) =>
    engine.accept({
      channel: CHANNEL,
      headers: {},
      rawBody: Buffer.from("{}"),
      result: { kind: "events", events: messages },
      ...(replayOf !== undefined && { replayOf }),
    });
  const text = (id: string, words = id) => textMessage(`wamid.${id}`, words);
  const plans = async () =>
    (
      await db.query(
        "select coalesce(context_data ->> 'plan', 'ask') as plan from interactions order by created_at, id",
      )
    ).map((row) => row["plan"]);
  const countOpen = async () =>
    Number(
      (await db.query("select count(*)::int as n from inbox where done_at is null"))[0]?.["n"],
    );
  const allDone = () => until(async () => (await countOpen()) === 0);

  test("quick texts are asked as one question, and stand in the history as they came", async () => {
    const { start, asked, bodies, observer } = setUp({ conversation: { debounceMs: 500 } });
    const engine = start();
    for (const words of ["oi", "tudo bem?", "quero saber do IPTU"])
      await send(engine, [text(words)]);
    await allDone();
    expect(asked).toEqual(["oi\ntudo bem?\nquero saber do IPTU"]);
    await until(() => bodies.length === 1);
    const said = await db.query("select text from messages where direction = 'in' order by seq");
    expect(said.map((row) => row["text"])).toEqual(["oi", "tudo bem?", "quero saber do IPTU"]);
    const [row] = await db.query(
      `select message_text, jsonb_array_length(context_data -> 'merged') as merged from interactions`,
    );
    expect(row).toEqual({ message_text: "oi\ntudo bem?\nquero saber do IPTU", merged: 2 });
    expect(observer.lines).toContain("event burst");
  });

  test("two hundred messages with duplicates, taken by two processes, are one question in order", async () => {
    const { start, asked, bodies } = setUp({ conversation: { debounceMs: 800, floodMessages: 5 } });
    const [one, two] = [start(), start()];
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    for (let at = 0; at < names.length; at += 20) {
      const part = names.slice(at, at + 20).map((name) => text(name));
      await send(at % 40 === 0 ? one : two, part);
      await send(two, part.slice(0, 5));
    }
    await allDone();
    await until(() => bodies.length > 0);
    expect(asked.flatMap((question) => question.split("\n"))).toEqual(names);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(bodies).toHaveLength(asked.length);
  });

  test("a command in the webhook of a text ends its wait, and is no part of the question", async () => {
    const { start, asked } = setUp({ conversation: { debounceMs: 60_000 } });
    await send(start(), [text("oi"), text("tudo bem?"), text("sair")]);
    await allDone();
    expect(asked).toEqual(["oi\ntudo bem?"]);
    expect(await plans()).toEqual(["ask", "stop"]);
  });

  test("of a burst the provider's time decides the order", async () => {
    const { start, asked } = setUp({ conversation: { debounceMs: 100 } });
    const engine = start();
    const late = { ...text("depois"), sentAt: sentLater(9_000) };
    const early = { ...text("antes"), sentAt: sentLater(1_000) };
    await send(engine, [late, early]);
    await allDone();
    expect(asked).toEqual(["antes\ndepois"]);
  });

  test("a burst that fails is asked again as it was, and what came since is the next question", async () => {
    let fails = 1;
    const { start, asked } = setUp({
      conversation: { debounceMs: 100 },
      answer: async () => {
        await pause(150);
        if (fails-- > 0) throw new BridgeError("answer_unreachable", "the bot is away");
        return answered("pronto");
      },
    });
    const engine = start();
    await send(engine, [text("um"), text("dois")]);
    await until(() => asked.length === 1);
    await pause(120);
    await send(engine, [text("três")]);
    await allDone();
    expect(asked).toEqual(["um\ndois", "um\ndois", "três"]);
  });

  test("what piles up while a turn runs is one question where that is asked for", async () => {
    const { start, asked } = setUp({
      conversation: { joinWaiting: true },
      answer: async () => {
        await pause(150);
        return answered("pronto");
      },
    });
    const engine = start();
    await send(engine, [text("um")]);
    await until(() => asked.length === 1);
    await send(engine, [text("dois")]);
    await send(engine, [text("três")]);
    await allDone();
    expect(asked).toEqual(["um", "dois\ntrês"]);
  });

  test("a burst whose worker died after part of its answer is not answered again", async () => {
    await arrive(db, [text("um"), text("dois")]);
    const held = await claimOne(db);
    const [first, second] = held.inbox;
    if (first === undefined || second === undefined) throw new Error("two were sent");
    const begun = turnOf({ ...held, inbox: [second] }, [outgoing("metade")]);
    const merged = [{ inboxId: first.id, messageId: first.messageId }];
    await commitTurns(db, [{ ...begun, merged, done: false }]);
    await db.script("update conversations set lease_until = now(), due = now()");
    const { start, asked, bodies } = setUp({ conversation: { debounceMs: 100 } });
    await send(start(), [text("três")]);
    await allDone();
    expect(asked).toEqual(["três"]);
    expect(await plans()).toEqual(["interrupted", "ask"]);
    await until(() => bodies.length === 2);
    expect(bodies.map((body) => JSON.parse(body))).toMatchObject([
      { text: { body: "metade" } },
      { text: "re: três" },
    ]);
  });

  test("a message that came too late is kept and not answered, until an operator replays it", async () => {
    const { start, asked, observer } = setUp({ conversation: { staleAfterMs: 3_600_000 } });
    const engine = start();
    const sentAt = new Date(Date.now() - 2 * 3_600_000).toISOString();
    const late = { ...text("ontem"), sentAt };
    await send(engine, [late]);
    await allDone();
    expect({ asked, plans: await plans() }).toEqual({ asked: [], plans: ["stale"] });
    expect(observer.lines).toContain("event stale");
    const [event] = await db.query("select id::text from webhook_events");
    for (let times = 0; times < 2; times += 1) await send(engine, [late], String(event?.["id"]));
    await allDone();
    expect({ asked, plans: await plans() }).toEqual({ asked: ["ontem"], plans: ["stale", "ask"] });
    await send(engine, [{ ...text("sair"), sentAt }]);
    await allDone();
    expect((await plans()).at(-1)).toBe("stop");
  });

  test("a replay answers nothing a second time that was answered in time", async () => {
    const { start, asked } = setUp();
    const engine = start();
    await send(engine, [text("oi")]);
    await allDone();
    const [event] = await db.query("select id::text from webhook_events");
    await send(engine, [text("oi")], String(event?.["id"]));
    await pause(100);
    await allDone();
    expect(asked).toEqual(["oi"]);
  });

  test("who writes too much is told once and then left, and can leave all the same", async () => {
    const flood = { floodMessages: 2, floodWindowMs: 86_400_000 };
    const { start, asked, bodies, observer } = setUp({ conversation: flood });
    const engine = start();
    for (const id of ["1", "2", "3", "4", "5"]) await send(engine, [text(id)]);
    await send(engine, [text("sair")]);
    await allDone();
    await until(() => bodies.length === 4);
    expect(asked).toEqual(["1", "2"]);
    expect(await plans()).toEqual(["ask", "ask", "flood", "flood", "flood", "stop"]);
    expect(bodies[2]).toContain("Recebi muitas mensagens");
    expect(observer.lines.filter((line) => line === "event flood")).toHaveLength(3);
    const kept = await db.query("select 1 from messages where direction = 'in'");
    expect(kept).toHaveLength(6);
  });

  test("two programs that talk to each other are stopped, and the operator is told", async () => {
    const words = "Obrigado pelo contato! Responderemos em breve.";
    const { start, asked, observer } = setUp({ conversation: { loopRepeats: 3 } });
    const engine = start();
    for (let times = 0; times < 6; times += 1) {
      await send(engine, [text(String(times), words)]);
      await allDone();
    }
    expect(asked).toHaveLength(3);
    expect(await plans()).toEqual(["ask", "ask", "ask", "loop", "paused", "paused"]);
    const [row] = await db.query(
      "select pause_reason, paused_until > now() + interval '25 minutes' as long from conversations",
    );
    expect(row).toEqual({ pause_reason: "loop", long: true });
    expect(observer.lines).toContain(
      "problem the bot is quiet in a conversation that seems to be a loop",
    );
  });

  test("more answers than anybody reads are a loop, whatever is said", async () => {
    const { start, asked } = setUp({ conversation: { loopRepeats: 2, loopAnswers: 4 } });
    const engine = start();
    for (let times = 0; times < 6; times += 1) await send(engine, [text(`n${times}`)]);
    await allDone();
    expect(asked).toHaveLength(4);
    expect((await plans()).slice(-2)).toEqual(["loop", "paused"]);
  });

  test("a message that is tried again is not counted again", async () => {
    let fails = 3;
    const { start, asked } = setUp({
      conversation: { floodMessages: 1, loopRepeats: 1, loopAnswers: 1 },
      answer: async (words) => {
        if (fails-- > 0) throw new BridgeError("answer_unreachable", "the bot is away");
        return answered(words);
      },
    });
    await send(start(), [text("oi")]);
    await allDone();
    expect({ tries: asked.length, plans: await plans() }).toEqual({ tries: 4, plans: ["ask"] });
  });
});
