import { describe, expect, test } from "@jest/globals";
import { createStandings } from "../../src/answers/standing.ts";
import {
  after,
  ANSWERED,
  chainOf,
  contextWith,
  hangs,
  NO_ANSWER,
  scripted,
} from "./chain-scene.ts";
import { questionWith } from "./question.ts";

const ms = expect.any(Number);

describe("a shadow", () => {
  test("is asked the same, and what it would have said is kept beside the answer", async () => {
    const usage = { tokensIn: 3, tokensOut: 4 };
    const llm = scripted([
      {
        outcome: "answered",
        replies: [{ text: "olá\u0000" }, { image: "https://x.example/a.png" }],
        intent: "greet",
        confidence: 0.7,
        usage,
        slots: { a: 1 },
        memory: { b: 2 },
        handoff: true,
      },
    ]);
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, { shadow: "llm" });
    const answer = await chain.ask(questionWith(), contextWith());
    expect(llm.asked).toEqual(["Quero votar"]);
    expect(answer).toEqual({
      ...ANSWERED,
      backend: "rasa",
      fallbackUsed: false,
      memory: {},
      steps: [{ backend: "rasa", outcome: "answered", ms }],
      shadow: [
        {
          backend: "llm",
          outcome: "answered",
          ms,
          texts: ["olá", "https://x.example/a.png"],
          intent: "greet",
          confidence: 0.7,
          usage,
        },
      ],
    });
  });

  test("is cut to what is worth comparing", async () => {
    const replies = Array.from({ length: 30 }, () => ({ text: "x".repeat(5_000) }));
    const llm = scripted([{ outcome: "answered", replies }]);
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, { shadow: "llm" });
    const [shadow] = (await chain.ask(questionWith(), contextWith())).shadow ?? [];
    expect(shadow?.texts).toHaveLength(10);
    expect(shadow?.texts[0]).toHaveLength(2_000);
  });

  test("says nothing, not even ahead of its end", async () => {
    const context = contextWith();
    const llm = scripted([
      async (_question, { emit }) => {
        await emit([{ text: "escondido" }]);
        return { outcome: "answered", replies: [] };
      },
    ]);
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, { shadow: "llm" });
    const answer = await chain.ask(questionWith(), context);
    expect(context.emitted).toEqual([]);
    expect(answer.shadow).toMatchObject([{ texts: ["escondido"] }]);
  });

  test.each([
    { label: "a failure", does: "answer_refused" as const, want: "answer_refused" },
    { label: "a bug", does: () => Promise.reject(new TypeError("no")), want: "unexpected" },
    {
      label: "a bug thrown at once",
      does: () => {
        throw new TypeError("no");
      },
      want: "unexpected",
    },
    { label: "no answer", does: NO_ANSWER, want: "no_answer" },
    { label: "no end", does: hangs, want: "late" },
  ])("with $label changes nothing of the turn", async ({ does, want }) => {
    const llm = scripted([does]);
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, { shadow: "llm" });
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer).toMatchObject({ backend: "rasa", replies: ANSWERED.replies });
    expect(answer.shadow).toMatchObject([{ backend: "llm", outcome: want, texts: [] }]);
    expect(Object.hasOwn(answer, "failure")).toBe(false);
  });

  test("that is late is told so by its signal", async () => {
    let reason: unknown;
    const llm = scripted([
      (_question, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => (reason = signal.reason));
        }),
    ]);
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, { shadow: "llm" });
    await chain.ask(questionWith(), contextWith());
    expect(reason).toMatchObject({ message: "the turn is over" });
  });

  test("is waited for where the settings say so", async () => {
    const llm = scripted([after(60, ANSWERED)]);
    const chain = chainOf(
      { rasa: scripted([ANSWERED]), "llm*": llm },
      { shadow: "llm", shadowWaitMs: 5_000 },
    );
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer.shadow).toMatchObject([{ outcome: "answered" }]);
  });

  test("has its own time, however long it is waited for", async () => {
    const llm = scripted([hangs], { timeoutMs: 40 });
    const chain = chainOf(
      { rasa: scripted([ANSWERED]), "llm*": llm },
      { shadow: "llm", shadowWaitMs: 5_000 },
    );
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer.shadow).toMatchObject([{ outcome: "answer_timeout" }]);
  });

  test("of a turn that is tried again is asked once", async () => {
    const llm = scripted([ANSWERED]);
    const rasa = scripted(["answer_unreachable", ANSWERED]);
    const chain = chainOf({ rasa, "llm*": llm }, { shadow: "llm" });
    const failed = await chain.ask(questionWith(), contextWith());
    expect(Object.hasOwn(failed, "shadow")).toBe(false);
    const answer = await chain.ask(questionWith(), contextWith());
    expect(llm.asked).toHaveLength(1);
    expect(answer.shadow).toMatchObject([{ backend: "llm", outcome: "answered" }]);
  });

  test("is paused like any other", async () => {
    const settings = { failures: 1, share: 1, calls: 10, windowMs: 1_000, pauseMs: 60_000 };
    const standings = createStandings(["rasa", "llm"], settings);
    const llm = scripted(["answer_refused"]);
    const options = { shadow: "llm", standings };
    const chain = chainOf({ rasa: scripted([ANSWERED]), "llm*": llm }, options);
    await chain.ask(questionWith(), contextWith());
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer.shadow).toMatchObject([{ outcome: "answer_paused" }]);
    expect(llm.asked).toHaveLength(1);
  });

  test("of a route takes the place of the usual one; who is in the chain is none", async () => {
    const routes = [
      { match: { keyword: ["um"] }, chain: ["rasa"], shadow: "other" },
      { match: { keyword: ["dois"] }, chain: ["llm"] },
    ];
    const backends = {
      rasa: scripted([ANSWERED]),
      "llm*": scripted([ANSWERED]),
      "other*": scripted([ANSWERED]),
    };
    const chain = chainOf(backends, { routes, shadow: "llm" });
    const ask = (text: string) => chain.ask(questionWith({ text }), contextWith());
    expect((await ask("um")).shadow).toMatchObject([{ backend: "other" }]);
    expect(Object.hasOwn(await ask("dois"), "shadow")).toBe(false);
    expect((await ask("três")).shadow).toMatchObject([{ backend: "llm" }]);
  });
});
