import { describe, expect, test } from "@jest/globals";
import type { Answer, AnswerBackend } from "../../src/answers/backend.ts";
import { createChain } from "../../src/answers/chain.ts";
import { BridgeError, type ErrorCode } from "../../src/errors.ts";
import type { Reply } from "../../src/messages.ts";
import { questionWith, recordingContext } from "./question.ts";

const STATIC_REPLIES = { "pt-BR": "Não entendi.", en: "Sorry?" };
const NO_ANSWER: Answer = { outcome: "no_answer", replies: [] };

function says(answer: Answer): AnswerBackend["answer"] {
  return async () => answer;
}

function fails(code: ErrorCode): AnswerBackend["answer"] {
  return () => Promise.reject(new BridgeError(code, "as told"));
}

/** Never answers and does not heed its signal. */
const hangs: AnswerBackend["answer"] = () => new Promise(() => {});

function step(name: string, answer: AnswerBackend["answer"], timeoutMs = 1_000) {
  return { name, backend: { answer, timeoutMs, secrets: [] } };
}

/** A clock that advances by one second at every look. */
function tickingClock(): () => number {
  let seconds = 0;
  return () => (seconds += 1) * 1_000;
}

const ANSWERED: Answer = { outcome: "answered", replies: [{ text: "oi" }] };
const SILENT: Answer = { outcome: "silent", replies: [] };

describe("the chain of backends", () => {
  test("the first answer ends the turn, with all that is known of it", async () => {
    const known = {
      intent: "greet",
      confidence: 0.9,
      template: "utter_greet#0",
      parameters: { a: 1 },
    };
    const steps = [
      step("rasa", says(NO_ANSWER)),
      step("faq", says({ ...ANSWERED, ...known })),
      step("llm", () => Promise.reject(new Error("must not be asked"))),
    ];
    const chain = createChain(steps, {
      staticReplies: STATIC_REPLIES,
      budgetMs: 60_000,
      now: tickingClock(),
    });
    expect(await chain.ask(questionWith(), recordingContext())).toEqual({
      outcome: "answered",
      replies: [{ text: "oi" }],
      ...known,
      backend: "faq",
      fallbackUsed: true,
      memory: {},
      steps: [
        { backend: "rasa", outcome: "no_answer", ms: 1_000 },
        { backend: "faq", outcome: "answered", ms: 1_000, confidence: 0.9 },
      ],
    });
  });

  const cases: readonly {
    label: string;
    steps: readonly AnswerBackend["answer"][];
    want: object;
    outcomes: readonly string[];
  }[] = [
    {
      label: "the first backend's answer is no fallback",
      steps: [says(ANSWERED)],
      want: { outcome: "answered", backend: "b0", fallbackUsed: false },
      outcomes: ["answered"],
    },
    {
      label: "silence ends the turn without a word",
      steps: [says(SILENT), says(ANSWERED)],
      want: { outcome: "silent", replies: [], backend: "b0", fallbackUsed: false },
      outcomes: ["silent"],
    },
    {
      label: "a failure sends the question on and is kept",
      steps: [fails("answer_unreachable"), says(ANSWERED)],
      want: {
        outcome: "answered",
        backend: "b1",
        fallbackUsed: true,
        failure: expect.objectContaining({ code: "answer_unreachable" }),
      },
      outcomes: ["answer_unreachable", "answered"],
    },
    {
      label: "when nobody answers, the static reply does",
      steps: [says(NO_ANSWER), says(NO_ANSWER)],
      want: {
        outcome: "answered",
        replies: [{ text: "Não entendi." }],
        backend: null,
        fallbackUsed: true,
      },
      outcomes: ["no_answer", "no_answer"],
    },
    {
      label: "a failure that will not pass leads to the static reply too",
      steps: [fails("answer_refused"), fails("answer_timeout"), says(NO_ANSWER)],
      want: {
        outcome: "answered",
        replies: [{ text: "Não entendi." }],
        failure: expect.objectContaining({ code: "answer_refused" }),
      },
      outcomes: ["answer_refused", "answer_timeout", "no_answer"],
    },
    {
      label: "a failure that may pass fails the turn, so that it is tried again",
      steps: [fails("answer_refused"), fails("answer_unreachable"), says(NO_ANSWER)],
      want: {
        outcome: "failed",
        replies: [],
        backend: null,
        fallbackUsed: false,
        failure: expect.objectContaining({ code: "answer_unreachable" }),
      },
      outcomes: ["answer_refused", "answer_unreachable", "no_answer"],
    },
    {
      label: "a chain without backends has the static reply",
      steps: [],
      want: { outcome: "answered", replies: [{ text: "Não entendi." }], fallbackUsed: true },
      outcomes: [],
    },
  ];

  test.each(cases)("$label", async ({ steps, want, outcomes }) => {
    const chain = createChain(
      steps.map((answer, index) => step(`b${index}`, answer)),
      { staticReplies: STATIC_REPLIES, budgetMs: 5_000 },
    );
    const answer = await chain.ask(questionWith(), recordingContext());
    expect(answer).toMatchObject(want);
    expect(answer.steps.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(Object.hasOwn(answer, "failure")).toBe(Object.hasOwn(want, "failure"));
  });

  test.each([
    { language: "en", want: [{ text: "Sorry?" }] },
    { language: "en-GB", want: [{ text: "Sorry?" }] },
    { language: "pt", want: [{ text: "Não entendi." }] },
    { language: "es", want: [{ text: "Não entendi." }] },
  ])("the static reply for $language is $want.0.text", async ({ language, want }) => {
    const chain = createChain([], { staticReplies: STATIC_REPLIES, budgetMs: 5_000 });
    const answer = await chain.ask(questionWith({ language }), recordingContext());
    expect(answer.replies).toEqual(want);
  });

  test("without static replies nobody's answer is silence", async () => {
    const chain = createChain([step("a", says(NO_ANSWER))], { staticReplies: {}, budgetMs: 5_000 });
    expect(await chain.ask(questionWith(), recordingContext())).toMatchObject({
      outcome: "silent",
      replies: [],
      fallbackUsed: false,
    });
  });

  test("of a trigger that nobody knows the person hears nothing", async () => {
    const chain = createChain([step("a", says(NO_ANSWER))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    const content = { type: "trigger", intent: "EXTERNAL_news", entities: {} } as const;
    const answer = await chain.ask(questionWith({ text: "", content }), recordingContext());
    expect(answer).toMatchObject({ outcome: "silent", replies: [], fallbackUsed: false });
  });

  test("a backend that hangs is given up after its own timeout", async () => {
    const steps = [step("slow", hangs, 50), step("faq", says(ANSWERED))];
    const chain = createChain(steps, { staticReplies: {}, budgetMs: 5_000 });
    const answer = await chain.ask(questionWith(), recordingContext());
    expect(answer).toMatchObject({ outcome: "answered", backend: "faq", fallbackUsed: true });
    expect(answer.failure?.message).toBe("answer_timeout: no answer within 50 ms");
    expect(answer.steps[0]?.ms).toBeGreaterThanOrEqual(45);
  });

  test("the budget bounds the whole turn; who comes too late is not asked", async () => {
    let isAsked = false;
    const late: AnswerBackend["answer"] = async () => {
      isAsked = true;
      return ANSWERED;
    };
    const steps = [step("slow", hangs, 60_000), step("late", late)];
    const chain = createChain(steps, { staticReplies: STATIC_REPLIES, budgetMs: 80 });
    const answer = await chain.ask(questionWith(), recordingContext());
    expect(answer).toMatchObject({ outcome: "answered", replies: [{ text: "Não entendi." }] });
    expect(answer.steps.map(({ outcome }) => outcome)).toEqual([
      "answer_timeout",
      "answer_timeout",
    ]);
    expect(isAsked).toBe(false);
  });

  test("a backend is told by its signal that its time is over, whatever it then throws", async () => {
    const heeds: AnswerBackend["answer"] = (_question, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("own words for an abort")));
      });
    const chain = createChain([step("a", heeds, 30), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    const answer = await chain.ask(questionWith(), recordingContext());
    expect(answer).toMatchObject({ backend: "b", failure: { code: "answer_timeout" } });
  });

  test("an answer leaves no timer behind that would keep the process alive", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const chain = createChain([step("a", says(ANSWERED), 60_000)], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 60_000,
    });
    const before = timers();
    await chain.ask(questionWith(), recordingContext());
    expect(timers()).toBe(before);
  });

  test("an abort from outside comes through as it is", async () => {
    const controller = new AbortController();
    const chain = createChain([step("a", hangs), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    setTimeout(() => controller.abort("shutdown"), 20);
    const asked = chain.ask(questionWith(), recordingContext(controller.signal));
    await expect(asked).rejects.toBe("shutdown");
    const again = chain.ask(questionWith(), recordingContext(controller.signal));
    await expect(again).rejects.toBe("shutdown");
  });

  test("a bug comes through as it is", async () => {
    const bug = new TypeError("no");
    const chain = createChain([step("a", () => Promise.reject(bug)), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    await expect(chain.ask(questionWith(), recordingContext())).rejects.toBe(bug);
  });
});

describe("replies emitted during the turn", () => {
  const emits =
    (afterwards: AnswerBackend["answer"]): AnswerBackend["answer"] =>
    async (question, context) => {
      await context.emit([{ text: "um" }]);
      return afterwards(question, context);
    };
  const untouched = step("next", () => Promise.reject(new Error("must not be asked")));

  test.each([
    { label: "fails", afterwards: fails("answer_unreachable"), failure: "answer_unreachable" },
    { label: "hangs", afterwards: hangs, failure: "answer_timeout" },
    { label: "has no answer", afterwards: says(NO_ANSWER), failure: undefined },
    {
      label: "is done",
      afterwards: says({ outcome: "answered", replies: [] }),
      failure: undefined,
    },
  ])("are the answer when the backend then $label", async ({ afterwards, failure }) => {
    const chain = createChain([step("a", emits(afterwards), 50), untouched], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    const context = recordingContext();
    const answer = await chain.ask(questionWith(), context);
    expect(answer).toMatchObject({ outcome: "answered", replies: [], backend: "a" });
    expect(answer.failure?.code).toBe(failure);
    expect(context.emitted).toEqual([{ text: "um" }]);
  });

  test("an empty emission says nothing", async () => {
    const empty: AnswerBackend["answer"] = async (_question, { emit }) => {
      await emit([]);
      throw new BridgeError("answer_refused", "as told");
    };
    const chain = createChain([step("a", empty), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    const answer = await chain.ask(questionWith(), recordingContext());
    expect(answer.backend).toBe("b");
  });

  test("a failure to emit is no failure of the backend: it comes through as it is", async () => {
    const failure = new BridgeError("store_unavailable", "the store is away");
    const context = { ...recordingContext(), emit: () => Promise.reject(failure) };
    const chain = createChain([step("a", emits(says(ANSWERED))), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    await expect(chain.ask(questionWith(), context)).rejects.toBe(failure);
  });

  test("an emission under way when the time is over is waited for and counts", async () => {
    const context = recordingContext();
    const emit = async (replies: readonly Reply[]) => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      await context.emit(replies);
    };
    const chain = createChain([step("a", emits(hangs), 40), untouched], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    const answer = await chain.ask(questionWith(), { ...context, emit });
    expect(answer).toMatchObject({ outcome: "answered", backend: "a" });
    expect(context.emitted).toEqual([{ text: "um" }]);
  });

  test("a backend given up can no longer speak", async () => {
    let refusal: unknown;
    const late: AnswerBackend["answer"] = async (_question, { emit }) => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      refusal = await emit([{ text: "tarde" }]).catch((thrown: unknown) => thrown);
      return ANSWERED;
    };
    const context = recordingContext();
    const chain = createChain([step("a", late, 20), step("b", says(ANSWERED))], {
      staticReplies: STATIC_REPLIES,
      budgetMs: 5_000,
    });
    expect((await chain.ask(questionWith(), context)).backend).toBe("b");
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(refusal).toMatchObject({ code: "answer_timeout" });
    expect(context.emitted).toEqual([]);
  });
});
