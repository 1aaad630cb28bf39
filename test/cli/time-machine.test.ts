import { describe, expect, test } from "@jest/globals";
import type { Answer, Question } from "../../src/answers/backend.ts";
import { BridgeError } from "../../src/errors.ts";
import type { Reply } from "../../src/messages.ts";
import { askAgain, type Asked } from "../../src/cli/time-machine/ask.ts";
import { compare, summarise } from "../../src/cli/time-machine/compare.ts";
import { htmlReport, markdownReport } from "../../src/cli/time-machine/files.ts";
import type { PastTurn } from "../../src/cli/time-machine/history.ts";
import { askAll } from "../../src/cli/time-machine/run.ts";
import { readTime } from "../../src/cli/time-machine/times.ts";
import { until } from "../until.ts";

const turn = (
  text: string,
  replies: readonly Reply[] = [],
  more: Partial<PastTurn> = {},
): PastTurn => ({
  id: "0193a000-0000-7000-8000-000000000001",
  messageId: "0193a000-0000-7000-8000-000000000002",
  conversationId: "0193a000-0000-7000-8000-000000000003",
  channel: "whatsapp",
  account: "810000000000001",
  at: "2026-11-20T12:00:00.000Z",
  language: "en",
  text,
  content: { type: "text" },
  backend: "rasa",
  replies,
  ...more,
});

const asked = (before: readonly Reply[], after: readonly Reply[]): Asked => ({
  turn: turn("hi", before),
  replies: after,
  failure: null,
  ms: 5,
});

/** A backend that notes what it is asked. */
function witness(
  answer: (question: Question) => Answer = () => ({ outcome: "answered", replies: [] }),
) {
  const questions: Question[] = [];
  const seen: unknown[] = [];
  return {
    questions,
    seen,
    options: {
      signal: new AbortController().signal,
      language: "pt-BR",
      channelType: () => "cloud",
      backend: {
        timeoutMs: 5_000,
        secrets: [],
        answer: async (
          question: Question,
          context: { memory: unknown; history: (limit: number) => Promise<unknown> },
        ) => {
          questions.push(question);
          seen.push({ memory: context.memory, history: await context.history(10) });
          return answer(question);
        },
      },
    },
  };
}

describe("comparing answers", () => {
  test.each([
    { label: "the same words", before: [{ text: "a" }], after: [{ text: "a " }], want: "equal" },
    {
      label: "the same custom in another order",
      before: [{ custom: { a: 1, b: 2 } }],
      after: [{ custom: { b: 2, a: 1 } }],
      want: "equal",
    },
    { label: "neither said anything", before: [], after: [], want: "equal" },
    { label: "other words", before: [{ text: "a" }], after: [{ text: "b" }], want: "changed" },
    {
      label: "another payload under the same title",
      before: [{ buttons: [{ title: "t", payload: "/a" }] }],
      after: [{ buttons: [{ title: "t", payload: "/b" }] }],
      want: "changed",
    },
    { label: "silence now", before: [{ text: "a" }], after: [], want: "new_silence" },
    {
      label: "an answer where there was none",
      before: [],
      after: [{ text: "a" }],
      want: "new_answer",
    },
  ])("$label: $want", ({ before, after, want }) => {
    expect(compare(asked(before, after)).verdict).toBe(want);
  });

  test("a failure is told as one, whatever was said before it", () => {
    const failure = { code: "answer_unreachable", detail: "nobody there" };
    expect(compare({ ...asked([{ text: "a" }], []), failure })).toMatchObject({
      verdict: "failed",
      error: "nobody there (answer_unreachable)",
    });
  });

  test("the difference shows what stays around what changed", () => {
    const { difference } = compare(
      asked([{ text: "one\ntwo\nthree" }], [{ text: "one\n2\nthree" }]),
    );
    expect(difference).toEqual(["  one", "- two", "+ 2", "  three"]);
    const repeated = compare(asked([{ text: "a\na" }], [{ text: "a" }]));
    expect(repeated.difference).toEqual(["  a", "- a"]);
  });

  test("reports escape what people wrote", () => {
    const all = [
      compare({
        ...asked([{ text: "```<b>" }], [{ text: "x" }]),
        turn: turn("<script>", [{ text: "```<b>" }]),
      }),
    ];
    const summary = summarise("rasa", all);
    expect(summary.counts).toEqual({
      equal: 0,
      changed: 1,
      new_silence: 0,
      new_answer: 0,
      failed: 0,
    });
    const page = htmlReport(all, summary);
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toContain("<script>");
    expect(markdownReport(all, summary)).toContain("````diff");
  });
});

describe("asking again", () => {
  test("asks under a name that nobody has, in order, and keeps what the conversation knows", async () => {
    const { questions, seen, options } = witness(({ text }) => ({
      outcome: "answered",
      replies: [{ text: `so ${text}` }],
      slots: { [text]: true },
      memory: text,
    }));
    const turns = [
      turn("one"),
      turn("/two", [], {
        content: { type: "choice", source: "button", payload: "/two", title: "Two" },
      }),
    ];
    await Array.fromAsync(askAgain(turns, options));
    const [first, second] = questions;
    expect(questions.map(({ text }) => text)).toEqual(["one", "/two"]);
    expect(first?.conversationId).not.toBe(turns[0]?.conversationId);
    expect(second?.conversationId).toBe(first?.conversationId);
    expect(first?.identities[0]?.value).toMatch(/^550098\d{7}$/);
    expect(questions.map(({ trusted }) => trusted)).toEqual([false, true]);
    expect(questions.map(({ session }) => session.isNew)).toEqual([true, false]);
    expect(second?.slots).toEqual({ one: true });
    expect(seen[1]).toEqual({
      memory: "one",
      history: [
        { role: "user", text: "one", at: expect.any(String) },
        { role: "assistant", text: "so one", at: expect.any(String) },
      ],
    });
  });

  test("conversations do not know of each other, and one that fails does not end the others", async () => {
    const { questions, options } = witness(({ text }) => {
      if (text === "bad") throw new BridgeError("answer_refused", "no");
      return { outcome: "answered", replies: [{ text }], slots: { heard: text } };
    });
    const answers: Asked[] = [];
    await askAll([[turn("bad"), turn("good")], [turn("other")]], options, (one) =>
      answers.push(one),
    );
    const outcomes = answers.map(({ failure, turn: { text } }) => `${text} ${failure?.code ?? ""}`);
    expect(outcomes.toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
      "bad answer_refused",
      "good ",
      "other ",
    ]);
    expect(questions.every(({ slots }) => Object.keys(slots).length === 0)).toBe(true);
    expect(new Set(questions.map(({ conversationId }) => conversationId)).size).toBe(2);
  });

  test("a stop ends it at once", async () => {
    const stopping = new AbortController();
    const { options } = witness();
    let isAsked = false;
    const backend = {
      ...options.backend,
      answer: () => {
        isAsked = true;
        return new Promise<Answer>(() => undefined);
      },
    };
    const asking = askAll(
      [[turn("one"), turn("two")]],
      { ...options, backend, signal: stopping.signal },
      () => undefined,
    );
    const ended = expect(asking).rejects.toThrow();
    await until(() => isAsked);
    stopping.abort();
    await ended;
  });
});

describe("times", () => {
  const now = new Date("2026-11-22T12:00:00.000Z");

  test.each([
    { label: "hours ago", text: "24h", want: "2026-11-21T12:00:00.000Z" },
    { label: "days ago", text: "7d", want: "2026-11-15T12:00:00.000Z" },
    { label: "a day", text: "2026-11-01", want: "2026-11-01T00:00:00.000Z" },
    {
      label: "a time with its zone",
      text: "2026-11-01T09:00:00-03:00",
      want: "2026-11-01T12:00:00.000Z",
    },
  ])("$label", ({ text, want }) => {
    expect(readTime(text, now)).toBe(want);
  });

  test.each(["yesterday", "24", "2026-13-01", ""])("%p is refused", (text) => {
    expect(() => readTime(text, now)).toThrow("is no time");
  });
});
