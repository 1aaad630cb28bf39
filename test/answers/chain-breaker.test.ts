import { describe, expect, test } from "@jest/globals";
import { createStandings } from "../../src/answers/standing.ts";
import { BridgeError } from "../../src/errors.ts";
import { HttpFailure } from "../../src/transport.ts";
import { ANSWERED, chainOf, contextWith, hangs, NO_ANSWER, scripted } from "./chain-scene.ts";
import { questionWith, recordingContext } from "./question.ts";

const SETTINGS = { failures: 3, share: 0.5, calls: 10, windowMs: 30_000, pauseMs: 15_000 };

/** A book whose clocks the test moves, for backends `rasa` and `faq`. */
function setUp() {
  const clock = { now: Date.parse("2026-11-21T10:00:00Z") };
  const news: string[] = [];
  const standings = createStandings(["rasa", "faq"], SETTINGS, {
    ticks: () => clock.now,
    now: () => new Date(clock.now),
    news: {
      called: (name, outcome) => void news.push(`${name} ${outcome}`),
      breaker: (name, state) => void news.push(`${name} is ${state}`),
    },
  });
  return { clock, news, standings };
}

describe("a backend that fails again and again", () => {
  test("is skipped: the next one answers at once", async () => {
    const { standings, news } = setUp();
    const rasa = scripted(["answer_refused"]);
    const chain = chainOf({ rasa, faq: scripted([ANSWERED]) }, { standings });
    for (let turn = 0; turn < 3; turn += 1) await chain.ask(questionWith(), contextWith());
    const answer = await chain.ask(questionWith(), contextWith());
    expect(rasa.asked).toHaveLength(3);
    expect(answer).toMatchObject({ backend: "faq", fallbackUsed: true });
    expect(answer.steps).toEqual([
      {
        backend: "rasa",
        outcome: "answer_paused",
        ms: 0,
        reason: "not asked: it has failed too often just now",
      },
      { backend: "faq", outcome: "answered", ms: expect.any(Number) },
    ]);
    expect(news.filter((line) => line.startsWith("rasa"))).toEqual([
      "rasa answer_refused",
      "rasa answer_refused",
      "rasa answer_refused",
      "rasa is open",
    ]);
  });

  test("alone in the chain makes the turn wait, since it was not even asked", async () => {
    const { standings, clock } = setUp();
    const rasa = scripted(["answer_timeout", "answer_timeout", "answer_timeout", ANSWERED]);
    const chain = chainOf({ rasa }, { standings });
    for (let turn = 0; turn < 3; turn += 1) await chain.ask(questionWith(), contextWith());
    expect(await chain.ask(questionWith(), contextWith())).toMatchObject({
      outcome: "failed",
      failure: { code: "answer_paused" },
    });
    clock.now += 15_000;
    expect(await chain.ask(questionWith(), contextWith())).toMatchObject({ backend: "rasa" });
  });

  test("for want of a valid key is paused at once", async () => {
    const { standings } = setUp();
    const denied = new BridgeError("answer_refused", "401", { failure: { class: "alert" } });
    const rasa = scripted([() => Promise.reject(denied)]);
    const chain = chainOf({ rasa, faq: scripted([ANSWERED]) }, { standings });
    await chain.ask(questionWith(), contextWith());
    await chain.ask(questionWith(), contextWith());
    expect(rasa.asked).toHaveLength(1);
    expect(standings.list()[0]).toMatchObject({ breaker: "open", failuresToday: 1 });
  });

  test.each([
    { label: "the store's failures", fails: "store_unavailable" as const },
    { label: "no answer", fails: NO_ANSWER },
  ])("is not what $label make of it", async ({ fails }) => {
    const { standings } = setUp();
    const rasa = scripted([fails]);
    const chain = chainOf({ rasa, faq: scripted([ANSWERED]) }, { standings });
    for (let turn = 0; turn < 6; turn += 1) await chain.ask(questionWith(), contextWith());
    expect(rasa.asked).toHaveLength(6);
  });

  test("is not held against it where others had used up its time", async () => {
    const { standings } = setUp();
    const rasa = scripted([hangs], { timeoutMs: 350 });
    const faq = scripted([hangs], { timeoutMs: 1_000 });
    const chain = chainOf({ rasa, faq }, { standings, budgetMs: 500 });
    for (let turn = 0; turn < 3; turn += 1) await chain.ask(questionWith(), contextWith());
    expect(standings.list()).toMatchObject([
      { name: "rasa", breaker: "open" },
      { name: "faq", breaker: "closed", failuresToday: 3 },
    ]);
  });

  test("a turn that is broken off tells nothing of the backend that was trying again", async () => {
    const { standings, clock } = setUp();
    const rasa = scripted(["answer_refused", "answer_refused", "answer_refused", hangs, ANSWERED]);
    const chain = chainOf({ rasa }, { standings });
    for (let turn = 0; turn < 3; turn += 1) await chain.ask(questionWith(), contextWith());
    clock.now += 15_000;
    const controller = new AbortController();
    const broken = chain.ask(questionWith(), recordingContext(controller.signal));
    setTimeout(() => controller.abort(new Error("the worker stops")), 20);
    await expect(broken).rejects.toThrow("the worker stops");
    expect(await chain.ask(questionWith(), contextWith())).toMatchObject({ backend: "rasa" });
  });
});

describe("the book about backends", () => {
  test("counts calls and failures of the day, and knows the last failure", async () => {
    const { standings, clock } = setUp();
    const rasa = scripted([ANSWERED, "answer_unreadable", ANSWERED]);
    const chain = chainOf({ rasa }, { standings });
    for (let turn = 0; turn < 3; turn += 1) await chain.ask(questionWith(), contextWith());
    const lastFailure = { code: "answer_unreadable", at: "2026-11-21T10:00:00.000Z" };
    expect(standings.list()).toEqual([
      { name: "rasa", breaker: "closed", callsToday: 3, failuresToday: 1, lastFailure },
      { name: "faq", breaker: "closed", callsToday: 0, failuresToday: 0, lastFailure: null },
    ]);
    clock.now += 14 * 3_600_000;
    expect(standings.list()[0]).toMatchObject({ callsToday: 0, failuresToday: 0, lastFailure });
  });
});

describe("a call that never left", () => {
  const away = (failure: HttpFailure, wrapped = false) => {
    const cause = wrapped ? new Error("the client's own words", { cause: failure }) : failure;
    return () => Promise.reject(new BridgeError("answer_unreachable", "away", { cause }));
  };
  const refused = new HttpFailure("refused", "no");

  test.each([
    { label: "is made once more", fails: away(refused) },
    { label: "is known by the cause of a cause", fails: away(refused, true) },
  ])("$label", async ({ fails }) => {
    const rasa = scripted([fails, ANSWERED]);
    const answer = await chainOf({ rasa }).ask(questionWith(), contextWith());
    expect(answer).toMatchObject({ outcome: "answered", backend: "rasa" });
    expect(answer.steps).toHaveLength(1);
  });

  test("is made no third time", async () => {
    const rasa = scripted([away(refused)]);
    const answer = await chainOf({ rasa }).ask(questionWith(), contextWith());
    expect(answer.outcome).toBe("failed");
    expect(rasa.asked).toHaveLength(2);
  });

  test.each([
    { label: "may have arrived", fails: away(new HttpFailure("reset", "unknown")) },
    { label: "took its time to fail", fails: away(new HttpFailure("timeout", "no")) },
    { label: "was answered by a proxy", fails: "answer_unreachable" as const },
    { label: "was refused", fails: "answer_refused" as const },
  ])("one that $label is not repeated", async ({ fails }) => {
    const rasa = scripted([fails]);
    await chainOf({ rasa }).ask(questionWith(), contextWith());
    expect(rasa.asked).toHaveLength(1);
  });

  test("is not repeated where no time is left", async () => {
    const rasa = scripted([away(refused)], { timeoutMs: 90 });
    const answer = await chainOf({ rasa }).ask(questionWith(), contextWith());
    expect(answer).toMatchObject({ outcome: "failed", failure: { code: "answer_unreachable" } });
    expect(rasa.asked).toHaveLength(1);
  });

  test("an abort while it waits comes through as it is", async () => {
    const controller = new AbortController();
    const rasa = scripted([away(refused)]);
    const asked = chainOf({ rasa }).ask(questionWith(), recordingContext(controller.signal));
    setTimeout(() => controller.abort("shutdown"), 20);
    await expect(asked).rejects.toBe("shutdown");
    expect(rasa.asked).toHaveLength(1);
  });
});

describe("a budget that runs out", () => {
  const slow = scripted([NO_ANSWER]);
  const clockOf = (...seconds: readonly number[]) => {
    const left = seconds.map((second) => second * 1_000);
    return () => (left.length > 1 ? (left.shift() ?? 0) : (left[0] ?? 0));
  };

  test.each([
    { label: "leaves out who needs longer than is left", timeoutMs: 8_000, want: null },
    { label: "still asks who is quick", timeoutMs: 900, want: "quick" },
  ])("$label", async ({ timeoutMs, want }) => {
    const quick = scripted([ANSWERED], { timeoutMs });
    // The turn begins at 0 s; the first backend ends when 1 s of the 20 s is left.
    const now = clockOf(0, 0, 0, 19, 19);
    const chain = chainOf({ slow, quick }, { budgetMs: 20_000, leastMs: 1_500, now });
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer.backend).toBe(want);
    if (want === null) expect(answer.replies).toEqual([{ text: "Não entendi." }]);
  });

  test("never leaves out the first backend", async () => {
    const quick = scripted([ANSWERED], { timeoutMs: 8_000 });
    const chain = chainOf({ quick }, { budgetMs: 1_000, leastMs: 1_500 });
    expect((await chain.ask(questionWith(), contextWith())).backend).toBe("quick");
  });
});
