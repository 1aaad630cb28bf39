import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Answer, AnswerBackend, AnswerContext, Question } from "../../src/answers/backend.ts";
import { evolution } from "../../src/channels/evolution/index.ts";
import { rest } from "../../src/channels/rest/index.ts";
import type { Database } from "../../src/db/driver.ts";
import { tokensToday } from "../../src/db/token-usage.ts";
import { BridgeError } from "../../src/errors.ts";
import { connectAccount } from "../../src/flow/connect.ts";
import { createTryBackend } from "../../src/flow/try-backend.ts";
import { HttpFailure } from "../../src/transport.ts";
import { RAW_SETTINGS } from "../channels/evolution/sample.ts";
import { fetchHttp } from "../answers/fetch-http.ts";
import { emptyDatabase } from "../db/empty.ts";
import { startEvolution } from "../standins/evolution.ts";
import { callTools, openDatabase } from "./scene.ts";

let db: Database;
beforeAll(async () => {
  db = await openDatabase();
});
afterAll(() => db.close());
beforeEach(() => emptyDatabase(db));

const asked: Question[] = [];
beforeEach(() => void asked.splice(0));

type Answering = (question: Question, context: AnswerContext) => Promise<Answer>;

const said = (...texts: string[]): Answer => ({
  outcome: "answered",
  replies: texts.map((text) => ({ text })),
});

function backendOf(answer: Answering): AnswerBackend {
  return {
    answer: (question, context) => {
      asked.push(question);
      return answer(question, context);
    },
    timeoutMs: 1_000,
    secrets: [],
  };
}

const whatsapp = evolution.configure(RAW_SETTINGS);

function trialOf(answer: Answering) {
  const channels = new Map([
    ["whatsapp", { type: "evolution", channel: whatsapp }],
    ["rest", { type: "rest", channel: rest.configure({}) }],
  ]);
  return createTryBackend({
    db,
    backends: [{ name: "bot", backend: backendOf(answer) }],
    channels,
    language: "pt-BR",
    mergeTexts: true,
    now: () => new Date("2026-11-21T10:00:00Z"),
  });
}

describe("a backend that is tried", () => {
  test("is asked as by somebody who never wrote, and what it says is shown as it said it", async () => {
    const buttons = [{ title: "Sim", payload: "/sim", color: "red" }];
    const tryBackend = trialOf(async (_question, { emit, history, memory, readFile }) => {
      expect([await history(9), memory, await readFile()]).toEqual([[], undefined, undefined]);
      await emit([{ text: "um momento" }]);
      return { ...said(), replies: [{ text: "quer?", buttons }], intent: "ask", confidence: 0.9 };
    });
    const result = await tryBackend("bot", { text: "oi" });
    expect(result).toEqual({
      outcome: "answered",
      replies: [{ text: "um momento" }, { text: "quer?", buttons }],
      ms: expect.any(Number),
      confidence: 0.9,
      intent: "ask",
      error: null,
      rendered: [],
    });
    expect(asked).toMatchObject([
      {
        text: "oi",
        language: "pt-BR",
        content: { type: "text" },
        trusted: false,
        slots: {},
        session: { isNew: true },
      },
    ]);
  });

  test("is another conversation each time, and leaves none behind", async () => {
    const tryBackend = trialOf(async () => said("oi"));
    await tryBackend("bot", { text: "a", language: "en" });
    await tryBackend("bot", { text: "b", asChannel: "whatsapp" });
    const [first, second] = asked;
    expect(first?.conversationId).not.toBe(second?.conversationId);
    expect([first?.language, second?.channel, second?.channelType]).toEqual([
      "en",
      "whatsapp",
      "evolution",
    ]);
    for (const table of [
      "conversations",
      "contacts",
      "messages",
      "inbox",
      "interactions",
      "token_usage",
    ])
      expect(await db.query(`select 1 from ${table}`)).toEqual([]);
  });

  test.each([
    {
      label: "no answer",
      answer: async () => ({ outcome: "no_answer", replies: [] }) as const,
      want: { outcome: "no_answer", error: null },
    },
    {
      label: "silence",
      answer: async () => ({ outcome: "silent", replies: [] }) as const,
      want: { outcome: "answered", replies: [] },
    },
    {
      label: "a failure",
      answer: () => Promise.reject(new BridgeError("answer_refused", "the bot answered 500")),
      want: {
        outcome: "failed",
        replies: [],
        error: { code: "answer_refused", detail: "the bot answered 500" },
      },
    },
    {
      label: "a failure after something was said",
      answer: async (_question: Question, { emit }: AnswerContext) => {
        await emit([{ text: "um momento" }]);
        throw new BridgeError("answer_unreadable", "no JSON");
      },
      want: {
        outcome: "failed",
        replies: [{ text: "um momento" }],
        error: { code: "answer_unreadable" },
      },
    },
    {
      label: "no end",
      answer: () => new Promise<Answer>(() => {}),
      want: { outcome: "failed", error: { code: "answer_timeout" } },
    },
  ])("may give $label", async ({ answer, want }) => {
    expect(await trialOf(answer)("bot", { text: "oi" })).toMatchObject(want);
  });

  test("shows what a channel makes of its answer, with what was lost", async () => {
    const buttons = Array.from({ length: 12 }, (_, index) => ({
      title: `Opção ${index} ${"x".repeat(40)}`,
    }));
    const tryBackend = trialOf(async () => ({
      outcome: "answered",
      replies: [{ text: "a" }, { text: "qual?", buttons }],
    }));
    const result = await tryBackend("bot", { text: "oi", asChannel: "whatsapp" });
    const [rendered] = result?.rendered ?? [];
    expect(rendered?.channel).toBe("whatsapp");
    expect(rendered?.payloads.length).toBeGreaterThan(0);
    expect(JSON.stringify(rendered?.payloads)).toContain("qual?");
    const web = await tryBackend("bot", { text: "oi", asChannel: "rest" });
    expect(web?.rendered).toMatchObject([{ channel: "rest", notes: [] }]);
    expect(JSON.stringify(web?.rendered)).toContain("Opção 11");
  });

  test("that is not configured is not asked", async () => {
    expect(await trialOf(async () => said("oi"))("other", { text: "oi" })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test("uses up the day's tokens of all, and nobody's own", async () => {
    const usage = { tokensIn: 7, tokensOut: 3, cost: 0.5 };
    const seen: unknown[] = [];
    const tryBackend = trialOf(async (_question, context) => {
      seen.push(await context.tokensToday());
      return { ...said("oi"), usage };
    });
    await tryBackend("bot", { text: "oi" });
    await tryBackend("bot", { text: "oi" });
    expect(seen).toEqual([
      { contact: 0, all: 0 },
      { contact: 0, all: 10 },
    ]);
    const nobody = "00000000-0000-7000-8000-000000000001";
    expect(await tokensToday(db, "bot", nobody)).toEqual({ contact: 0, all: 20 });
  });
});

describe("an account that is to be paired", () => {
  const ACCOUNT = RAW_SETTINGS.instances[0];

  test("shows its code until a phone has taken it", async () => {
    const standin = await startEvolution({
      version: "v2",
      integration: "baileys",
      apiKey: RAW_SETTINGS.api_key,
      instances: [ACCOUNT],
      jwtKey: RAW_SETTINGS.webhook_secrets[0],
    });
    const channel = evolution.configure({ ...RAW_SETTINGS, base_url: standin.url });
    const tools = callTools(fetchHttp);
    await standin.connection("close", 401);
    expect(await connectAccount(channel, ACCOUNT, tools)).toEqual({
      state: "connecting",
      qr: expect.stringMatching(/^data:image\/png;base64,/),
      code: "2@invented",
    });
    await standin.connection("open", 200);
    expect(await connectAccount(channel, ACCOUNT, tools)).toEqual({ state: "connected" });
    await standin.close();
  });

  test("of a provider that is away is said to be out of reach", async () => {
    const away = () => Promise.reject(new HttpFailure("refused", "no"));
    await expect(connectAccount(whatsapp, ACCOUNT, callTools(away))).rejects.toMatchObject({
      code: "channel_unavailable",
    });
  });

  test.each([
    {
      label: "an instance on Meta's API",
      channel: evolution.configure({ ...RAW_SETTINGS, integration: "business" }),
    },
    { label: "a channel without phones", channel: rest.configure({}) },
  ])("is not $label", async ({ channel }) => {
    expect(await connectAccount(channel, ACCOUNT, callTools(fetchHttp))).toBeUndefined();
  });
});
