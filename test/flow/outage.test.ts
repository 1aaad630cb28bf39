import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Answer, AnswerBackend, AnswerContext } from "../../src/answers/backend.ts";
import type { ChainAnswer } from "../../src/answers/chain.ts";
import type { Database } from "../../src/db/driver.ts";
import { BridgeError } from "../../src/errors.ts";
import type { Engine, EngineDependencies } from "../../src/flow/engine.ts";
import { mayTryAgain, pauseBeforeRetry, tellOfOutage } from "../../src/flow/outage.ts";
import { textMessage } from "../db/scene.ts";
import { listQuickest } from "../database.ts";
import { engineOf, sendText } from "./engine-scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { claimedWith, defaultSettings, pause, plainChannel, recordingObserver } from "./scene.ts";
import { until } from "../until.ts";

const STATIC = "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.";
const away = () => Promise.reject(new BridgeError("answer_unreachable", "the bot is away"));

interface Setup {
  readonly answers?: Partial<EngineDependencies["answers"]>;
  /** What the only backend does while it is away; it answers `re: ...` otherwise. */
  readonly whileAway?: (context: AnswerContext) => Promise<Answer>;
}

describe.each(await listQuickest())("an outage on $label", ({ open }) => {
  let db: Database;
  const engines: Engine[] = [];
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => emptyDatabase(db));
  afterEach(() => Promise.all(engines.splice(0).map(({ worker }) => worker.stop(0))));

  function setUp({ answers = {}, whileAway = away }: Setup = {}) {
    const state = { isAway: true };
    const histories: string[][] = [];
    const known: unknown[] = [];
    const backend: AnswerBackend = {
      answer: async ({ text, session, slots }, context) => {
        if (state.isAway) return whileAway(context);
        known.push(slots);
        histories.push((await context.history(10)).map((line) => line.text));
        const isFirst = session.isNew ? " (first)" : "";
        const replies = [{ text: `re: ${text}${isFirst}` }];
        return { outcome: "answered", replies, slots: { last: text } };
      },
      timeoutMs: 5_000,
      secrets: [],
    };
    const short = { retryBaseMs: 10, maxAttempts: 2, breakerPauseMs: 20 };
    const outage = { outageWaitMs: 60_000, outageNoticeMs: 60 };
    const scene = engineOf(db, [{ name: "bot", backend }], { ...short, ...outage, ...answers });
    const start = (): Engine => {
      const engine = scene.start();
      engines.push(engine);
      return engine;
    };
    return { ...scene, start, state, histories, known };
  }

  const saidTo = async (phone: string) =>
    (
      await db.query(
        `select m.text from messages m join contact_identities i on i.contact_id = m.contact_id
         where m.direction = 'out' and i.value = $1::text order by m.seq`,
        [phone],
      )
    ).map((row) => row["text"]);
  const inbox = () =>
    db.query(
      "select done_at is not null as done, dead_reason as dead, emitted from inbox order by id",
    );

  const allDone = () => until(async () => (await inbox()).every((row) => row["done"] === true));

  test("ends with every message answered in order, and one word of it per conversation", async () => {
    const { start, state, bodies } = setUp();
    const engine = start();
    const [ana, bia] = ["5561991112222", "5561993334444"];
    for (const id of ["1", "2", "3"]) await sendText(engine, id, ana);
    await sendText(engine, "4", bia);
    await until(async () => (await saidTo(ana)).length + (await saidTo(bia)).length >= 2);
    // Far more tries than `maxAttempts` go by.
    await pause(400);
    expect(await inbox()).toEqual(
      Array.from({ length: 4 }, () => ({ done: false, dead: null, emitted: false })),
    );
    state.isAway = false;
    await allDone();
    expect(await saidTo(ana)).toEqual([STATIC, "re: 1 (first)", "re: 2", "re: 3"]);
    expect(await saidTo(bia)).toEqual([STATIC, "re: 4 (first)"]);
    expect(await inbox()).toEqual(
      Array.from({ length: 4 }, () => ({ done: true, dead: null, emitted: true })),
    );
    expect(bodies.filter((body) => body.includes("Desculpe"))).toHaveLength(2);
    expect(await db.query("select apologised_at from conversations")).toEqual([
      { apologised_at: null },
      { apologised_at: null },
    ]);
  });

  test("leaves neither the message nor the word of it in the history of its answer", async () => {
    const { start, state, histories } = setUp();
    const engine = start();
    await sendText(engine, "1");
    await until(async () => (await saidTo("5561991112222")).length === 1);
    state.isAway = false;
    await allDone();
    await sendText(engine, "2");
    await allDone();
    expect(histories).toEqual([[], ["1", STATIC, "re: 1 (first)"]]);
  });

  test("that meets a new session does not bring back what the old one knew", async () => {
    const { start, state, known } = setUp();
    state.isAway = false;
    const engine = start();
    await sendText(engine, "1");
    await allDone();
    state.isAway = true;
    await db.script(
      `update messages set created_at = created_at - interval '2 days';
       update conversations set session_started_at = session_started_at - interval '2 days';`,
    );
    await sendText(engine, "2");
    await until(async () => (await saidTo("5561991112222")).at(-1) === STATIC);
    state.isAway = false;
    await allDone();
    expect(known).toEqual([{}, {}]);
  });

  test("survives the death of the worker after the word of it", async () => {
    const { start, state } = setUp();
    const first = start();
    await sendText(first, "1");
    await until(async () => (await saidTo("5561991112222")).length === 1);
    await first.worker.stop(0);
    state.isAway = false;
    start();
    await allDone();
    expect(await saidTo("5561991112222")).toEqual([STATIC, "re: 1 (first)"]);
  });

  test("that lasts too long gives the message up, with one word in all", async () => {
    const { start } = setUp({ answers: { outageWaitMs: 250 } });
    const engine = start();
    await sendText(engine, "1");
    await sendText(engine, "2");
    await allDone();
    expect(await saidTo("5561991112222")).toEqual([STATIC]);
    const dead = { done: true, emitted: true };
    const rows = await inbox();
    expect(rows).toEqual([expect.objectContaining(dead), expect.objectContaining(dead)]);
    for (const row of rows) expect(String(row["dead"])).toMatch(/^answer_(unreachable|paused)$/);
  });

  test("a word of patience is no part of the answer either: a failed turn is tried again", async () => {
    let tries = 0;
    const whileAway = async (): Promise<Answer> => {
      tries += 1;
      await pause(60);
      return away();
    };
    const answers = { slowAfterMs: 20, outageNoticeMs: 0 };
    const { start, state } = setUp({ answers, whileAway });
    const engine = start();
    await sendText(engine, "1");
    await until(async () => tries >= 2);
    state.isAway = false;
    await allDone();
    const said = ["Um momento, estou consultando...", "re: 1 (first)"];
    expect(await saidTo("5561991112222")).toEqual(said);
    expect(await db.query("select response_text from interactions")).toEqual([
      { response_text: "re: 1 (first)" },
    ]);
  });
});

describe("a failed turn", () => {
  type Turn = Parameters<typeof mayTryAgain>[0];

  /** A turn of which only what matters here is real. */
  function turnWith(age: number | undefined, fails: number, apologised = false): Turn {
    const settings = defaultSettings();
    const answers = { ...settings.answers, maxAttempts: 8, outageWaitMs: 900_000 };
    const refuse = () => Promise.reject(new Error("nothing is done here"));
    const row = {
      id: "1",
      messageId: "m1",
      message: textMessage("wamid.1", "oi"),
      receivedAt: "2026-11-21T10:00:00Z",
      emitted: false,
    };
    const conversation = {
      ...CONVERSATION,
      apologised,
    };
    return {
      deps: {
        db: { kind: "embedded", query: refuse, transaction: refuse, script: refuse, close: refuse },
        chain: { ask: refuse },
        channels: new Map(),
        settings: { ...settings, answers, events: new Set() },
        commit: refuse,
        deliver: refuse,
        reserve: refuse,
        announce: () => undefined,
        showTyping: () => () => undefined,
        announceConsent: refuse,
        isKeptId: () => false,
        restrain: refuse,
        files: { fetch: refuse, read: refuse, describe: () => undefined },
        observer: recordingObserver(),
        now: () => 0,
      },
      channel: plainChannel(),
      channelType: "cloud",
      conversation,
      row: age === undefined ? row : { ...row, ageMs: age },
      fails,
      startedAt: 0,
    };
  }

  const CONVERSATION = claimedWith({});

  test.each([
    { label: "has tries left, however old", age: 3_600_000, fails: 6, want: true },
    { label: "is young, however often it was tried", age: 899_999, fails: 500, want: true },
    { label: "has no tries left and is old", age: 900_000, fails: 7, want: false },
    { label: "has no tries left and is of no known age", age: undefined, fails: 7, want: false },
  ])("that $label: tried again is $want", ({ age, fails, want }) => {
    expect(mayTryAgain(turnWith(age, fails))).toBe(want);
  });

  test.each([
    { label: "after the first try", age: 0, fails: 0, want: 1_000 },
    { label: "not later than the word of it", age: 7_000, fails: 3, want: 3_000 },
    { label: "not at once for the word of it", age: 9_900, fails: 3, want: 1_000 },
    { label: "doubling after the word of it", age: 15_000, fails: 4, want: 16_000 },
    { label: "half a minute at most", age: 200_000, fails: 9, want: 30_000 },
    { label: "doubling where it was said", age: 7_000, fails: 3, apologised: true, want: 8_000 },
  ])("waits $want ms: $label", ({ age, fails, apologised = false, want }) => {
    expect(pauseBeforeRetry(turnWith(age, fails, apologised), () => 0)).toBe(want);
  });

  const failed: ChainAnswer = {
    outcome: "failed",
    replies: [],
    backend: null,
    fallbackUsed: false,
    memory: {},
    steps: [],
    apology: "Da rota.",
  };

  test.each([
    { label: "in the route's own words", age: 10_000, want: ["Da rota."] },
    { label: "not before its time", age: 9_999, want: [] },
    { label: "not twice", age: 20_000, apologised: true, want: [] },
  ])("is told of $label", async ({ age, apologised = false, want }) => {
    const said: unknown[] = [];
    await tellOfOutage(turnWith(age, 3, apologised), failed, async (replies, patch) => {
      expect(patch).toEqual({ apologised: true });
      said.push(...replies.map(({ text }) => text));
    });
    expect(said).toEqual(want);
  });
});
