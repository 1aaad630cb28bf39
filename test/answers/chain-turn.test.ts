import { describe, expect, test } from "@jest/globals";
import { BridgeError } from "../../src/errors.ts";
import type { Reply } from "../../src/messages.ts";
import {
  after,
  ANSWERED,
  chainOf,
  contextWith,
  hangs,
  NO_ANSWER,
  recording,
  scripted,
  SILENT,
} from "./chain-scene.ts";
import { questionWith } from "./question.ts";

const UNHEARD = { "pt-BR": "Pode escrever?", en: "Could you write?" };
const HANDOFF = { "pt-BR": "Vou chamar alguém.", en: "I am calling somebody." };
const FILE = { bytes: new Uint8Array([1, 2]), mimeType: "audio/ogg", fileName: "voice.ogg" };

describe("a message that nobody can answer", () => {
  const unknownReplies = { "pt-BR": "Não entendi, diga de outro jeito.", en: "Say it again?" };
  const said = (...reasons: readonly (string | undefined)[]) =>
    Object.fromEntries(
      reasons.map((reason, index) => [
        `b${index}`,
        scripted([{ ...NO_ANSWER, ...(reason !== undefined && { reason }) }]),
      ]),
    );

  test.each([
    {
      label: "that all did not understand is asked for again",
      backends: said("no_match", "fallback", "low_confidence"),
      want: "Não entendi, diga de outro jeito.",
    },
    {
      label: "for which a budget is spent gets the static reply",
      backends: said("no_match", "tokens_spent"),
      want: "Não entendi.",
    },
    {
      label: "for which nobody gives a reason gets the static reply",
      backends: said("no_match", undefined),
      want: "Não entendi.",
    },
    {
      label: "on which a backend failed gets the static reply",
      backends: { ...said("no_match"), broken: scripted(["answer_refused"]) },
      want: "Não entendi.",
    },
    {
      label: "on a route with words of its own gets those",
      backends: said("no_match"),
      routes: [
        { match: { keyword: ["votar"] }, chain: ["b0"], staticReplies: { "pt-BR": "Já vai." } },
      ],
      want: "Já vai.",
    },
    {
      label: "on a route without words of its own is asked for again",
      backends: said("no_match"),
      routes: [{ match: { keyword: ["votar"] }, chain: ["b0"] }],
      want: "Não entendi, diga de outro jeito.",
    },
  ])("$label", async ({ backends, routes = [], want }) => {
    const chain = chainOf(backends, { unknownReplies, routes });
    const { replies, backend, fallbackUsed } = await chain.ask(questionWith(), contextWith());
    expect({ replies, backend, fallbackUsed }).toEqual({
      replies: [{ text: want }],
      backend: null,
      fallbackUsed: true,
    });
  });
});

describe("a backend that holds the conversation", () => {
  test("is asked first, wherever it stands", async () => {
    const rasa = scripted([ANSWERED]);
    const llm = scripted([ANSWERED]);
    const answer = await chainOf({ rasa, llm }).ask(questionWith(), contextWith({ heldBy: "llm" }));
    expect(answer).toMatchObject({ backend: "llm", fallbackUsed: true });
    expect(rasa.asked).toEqual([]);
  });

  test.each([
    { label: "has no answer", does: NO_ANSWER },
    { label: "fails", does: "answer_refused" as const },
  ])("and $label is followed by the others, once each", async ({ does }) => {
    const rasa = scripted([ANSWERED]);
    const llm = scripted([does]);
    const answer = await chainOf({ rasa, llm }).ask(questionWith(), contextWith({ heldBy: "llm" }));
    expect(answer).toMatchObject({ backend: "rasa", fallbackUsed: false });
    expect(answer.steps.map(({ backend }) => backend)).toEqual(["llm", "rasa"]);
  });

  test("and stands first in the chain is asked once", async () => {
    const rasa = scripted(["answer_refused"]);
    const chain = chainOf({ rasa, llm: scripted([ANSWERED]) });
    const answer = await chain.ask(questionWith(), contextWith({ heldBy: "rasa" }));
    expect(answer).toMatchObject({ backend: "llm", fallbackUsed: true });
    expect(rasa.asked).toHaveLength(1);
  });

  test("and is configured no more is forgotten", async () => {
    const chain = chainOf({ rasa: scripted([ANSWERED]) });
    const answer = await chain.ask(questionWith(), contextWith({ heldBy: "typebot" }));
    expect(answer).toMatchObject({ backend: "rasa", fallbackUsed: false });
  });
});

describe("a recording", () => {
  const heard = async () => ({
    text: " quero a segunda via ",
    usage: { tokensIn: 9, tokensOut: 3 },
  });
  const context = () => contextWith({ readFile: async () => FILE });

  test("is written down once, for every backend", async () => {
    const faq = scripted([NO_ANSWER]);
    const rasa = scripted([ANSWERED], { transcribe: heard });
    const answer = await chainOf({ faq, rasa }).ask(recording, context());
    expect(faq.asked).toEqual(["quero a segunda via"]);
    expect(rasa.asked).toEqual(["quero a segunda via"]);
    expect(answer).toMatchObject({ backend: "rasa", heard: "quero a segunda via" });
    expect(answer.steps[0]).toEqual({
      backend: "rasa",
      outcome: "transcribed",
      ms: expect.any(Number),
      usage: { tokensIn: 9, tokensOut: 3 },
    });
  });

  test("the transcriber gets the file and the language", async () => {
    const calls: unknown[] = [];
    const transcribe = async (...[file, language]: readonly [unknown, string, AbortSignal]) => {
      calls.push(file, language);
      return { text: "oi" };
    };
    await chainOf({ llm: scripted([ANSWERED], { transcribe }) }).ask(recording, context());
    expect(calls).toEqual([FILE, "pt-BR"]);
  });

  const failing = {
    refused: () => Promise.reject(new BridgeError("answer_refused", "too long")),
    hanging: () => new Promise<never>(() => {}),
    empty: async () => ({ text: "  " }),
  };

  test.each([
    { label: "refused", transcribe: failing.refused, outcome: "answer_refused" },
    { label: "given up", transcribe: failing.hanging, outcome: "answer_timeout" },
    { label: "without a word", transcribe: failing.empty, outcome: "no_answer" },
  ])("that is $label is asked about without its words", async ({ transcribe, outcome }) => {
    const rasa = scripted([ANSWERED], { transcribe, timeoutMs: 50 });
    const answer = await chainOf({ rasa }).ask(recording, context());
    expect(rasa.asked).toEqual([""]);
    expect(answer.steps.map((step) => step.outcome)).toEqual([outcome, "answered"]);
    expect(answer).toMatchObject({ backend: "rasa", fallbackUsed: false });
    expect(Object.hasOwn(answer, "heard")).toBe(false);
  });

  test.each([
    { label: "nobody answers", does: NO_ANSWER },
    { label: "all are silent", does: SILENT },
  ])("that nobody could make out gets a sentence where $label", async ({ does }) => {
    const rasa = scripted([does]);
    const chain = chainOf({ rasa }, { unheardReplies: UNHEARD });
    const answer = await chain.ask({ ...recording, language: "en" }, context());
    expect(answer).toMatchObject({
      outcome: "answered",
      replies: [{ text: "Could you write?" }],
      backend: null,
    });
  });

  test("whose words are known gets the usual sentence where nobody answers", async () => {
    const rasa = scripted([NO_ANSWER], { transcribe: heard });
    const answer = await chainOf({ rasa }, { unheardReplies: UNHEARD }).ask(recording, context());
    expect(answer.replies).toEqual([{ text: "Não entendi." }]);
  });

  test.each([
    { label: "off writes nothing down", transcribeWith: "off", want: "" },
    { label: "a name chooses who does", transcribeWith: "other", want: "other" },
  ])("$label", async ({ transcribeWith, want }) => {
    const rasa = scripted([ANSWERED], { transcribe: async () => ({ text: "rasa" }) });
    const other = scripted([ANSWERED], { transcribe: async () => ({ text: "other" }) });
    await chainOf({ rasa, "other*": other }, { transcribeWith }).ask(recording, context());
    expect(rasa.asked).toEqual([want]);
  });

  test.each([
    { label: "a text", changes: { content: { type: "text" as const }, text: "oi" } },
    { label: "a recording with a caption", changes: { text: "ouve isso" } },
    {
      label: "a picture",
      changes: { content: { type: "media" as const, media: "image" as const } },
    },
  ])("$label is not written down", async ({ changes }) => {
    const transcribe = () => Promise.reject(new Error("must not be asked"));
    const rasa = scripted([ANSWERED], { transcribe });
    const answer = await chainOf({ rasa }).ask({ ...recording, ...changes }, context());
    expect(answer.steps).toHaveLength(1);
  });

  test("an abort while it is written down comes through", async () => {
    const controller = new AbortController();
    const rasa = scripted([ANSWERED], { transcribe: failing.hanging });
    const asked = chainOf({ rasa }).ask(recording, {
      ...context(),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort("shutdown"), 10);
    await expect(asked).rejects.toBe("shutdown");
  });
});

describe("a turn that is tried again", () => {
  test("asks and pays nobody twice who had no answer, and writes a recording down once", async () => {
    let written = 0;
    const transcribe = async () => ({
      text: `${(written += 1)}`,
      usage: { tokensIn: 1, tokensOut: 1 },
    });
    const usage = { tokensIn: 5, tokensOut: 1 };
    const llm = scripted([{ ...NO_ANSWER, usage, memory: { seen: 1 } }], { transcribe });
    const rasa = scripted(["answer_unreachable", ANSWERED]);
    const chain = chainOf({ llm, rasa });
    const context = contextWith({ readFile: async () => FILE });
    expect(await chain.ask(recording, context)).toMatchObject({ outcome: "failed" });
    const answer = await chain.ask(recording, context);
    expect(answer).toMatchObject({ backend: "rasa", heard: "1", memory: { llm: { seen: 1 } } });
    expect(answer.steps.map(({ outcome }) => outcome)).toEqual([
      "transcribed",
      "no_answer",
      "answered",
    ]);
    expect(answer.steps[1]?.usage).toEqual(usage);
    expect(llm.asked).toEqual(["1"]);
    await chain.ask(recording, context);
    expect(llm.asked).toEqual(["1", "2"]);
  });

  test("begins anew where the text is another one", async () => {
    const llm = scripted([NO_ANSWER]);
    const chain = chainOf({ llm, rasa: scripted(["answer_unreachable"]) });
    await chain.ask(questionWith({ text: "oi" }), contextWith());
    await chain.ask(questionWith({ text: "oi\ntudo bem?" }), contextWith());
    expect(llm.asked).toEqual(["oi", "oi\ntudo bem?"]);
  });

  test("carries what is said should it be given up", async () => {
    const chain = chainOf({ rasa: scripted(["answer_unreachable"]) });
    const answer = await chain.ask(questionWith({ language: "en" }), contextWith());
    expect(answer).toMatchObject({ outcome: "failed", apology: "Sorry?" });
  });
});

describe("handing over to a person", () => {
  test.each([
    { label: "without a word", does: { ...SILENT, handoff: true }, backend: "rasa" },
    {
      label: "with an empty answer",
      does: { outcome: "answered" as const, replies: [], handoff: true },
      backend: "rasa",
    },
    { label: "for want of an answer", does: { ...NO_ANSWER, handoff: true }, backend: null },
  ])("$label gets a sentence of ours", async ({ does, backend }) => {
    const chain = chainOf({ rasa: scripted([does]) }, { handoffReplies: HANDOFF });
    expect(await chain.ask(questionWith(), contextWith())).toMatchObject({
      outcome: "answered",
      replies: [{ text: "Vou chamar alguém." }],
      handoff: true,
      backend,
    });
  });

  test.each([
    { label: "words of its own", does: { ...ANSWERED, handoff: true }, emits: [] },
    {
      label: "words it has emitted",
      does: { outcome: "answered" as const, replies: [], handoff: true },
      emits: [{ text: "um momento" }],
    },
  ])("with $label stays as it is", async ({ does, emits }) => {
    const rasa = scripted([
      async (_question, { emit }) => {
        await emit(emits);
        return does;
      },
    ]);
    const answer = await chainOf({ rasa }, { handoffReplies: HANDOFF }).ask(
      questionWith(),
      contextWith(),
    );
    expect(answer.replies).toEqual(does.replies);
  });

  test("the wish of one that had no answer counts only where nobody else has one", async () => {
    const rasa = scripted([{ ...NO_ANSWER, handoff: true }]);
    const chain = chainOf({ rasa, faq: scripted([ANSWERED]) }, { handoffReplies: HANDOFF });
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer).toMatchObject({ backend: "faq", replies: ANSWERED.replies });
    expect(Object.hasOwn(answer, "handoff")).toBe(false);
  });
});

describe("a slow turn", () => {
  const slow = { afterMs: 30, texts: { "pt-BR": "Um momento...", en: "One moment..." } };

  /** A context that keeps what is said, in order. */
  function listening() {
    const said: string[] = [];
    const keep = async (replies: readonly Reply[]) =>
      void said.push(...replies.map(({ text = "" }) => text));
    const notice = async (replies: readonly Reply[]) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await keep(replies);
    };
    return { said, context: contextWith({ emit: keep, notice }) };
  }

  test("asks for patience once, and the answer is still the backend's", async () => {
    const { said, context } = listening();
    const chain = chainOf({ rasa: scripted([after(150, ANSWERED)]) }, { slow });
    const answer = await chain.ask(questionWith({ language: "en" }), context);
    expect(said).toEqual(["One moment..."]);
    expect(answer).toMatchObject({ replies: ANSWERED.replies, backend: "rasa" });
  });

  test("the word under way is sent before what a backend emits", async () => {
    const { said, context } = listening();
    const rasa = scripted([
      async (_question, { emit }) => {
        await new Promise((resolve) => setTimeout(resolve, 45));
        await emit([{ text: "resposta" }]);
        return { outcome: "answered", replies: [] };
      },
    ]);
    await chainOf({ rasa }, { slow }).ask(questionWith(), context);
    expect(said).toEqual(["Um momento...", "resposta"]);
  });

  test("a quick turn, or one that has said something, does not", async () => {
    const { said, context } = listening();
    await chainOf({ rasa: scripted([ANSWERED]) }, { slow }).ask(questionWith(), context);
    const talks = scripted([
      async (_question, { emit }) => {
        await emit([{ text: "já" }]);
        await new Promise((resolve) => setTimeout(resolve, 80));
        return { outcome: "answered", replies: [] };
      },
    ]);
    await chainOf({ talks }, { slow }).ask(questionWith(), context);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(said).toEqual(["já"]);
  });

  test("is not asked for twice over the tries of a turn", async () => {
    const { said, context } = listening();
    const rasa = scripted([hangs], { timeoutMs: 60 });
    const chain = chainOf({ rasa, away: scripted(["answer_unreachable"]) }, { slow });
    await chain.ask(questionWith(), context);
    await chain.ask(questionWith(), context);
    expect(said).toEqual(["Um momento..."]);
  });

  test("a word that cannot be sent fails the turn like any other", async () => {
    const failure = new BridgeError("store_fenced", "no longer ours");
    const context = contextWith({ notice: () => Promise.reject(failure) });
    const chain = chainOf({ rasa: scripted([after(80, ANSWERED)]) }, { slow });
    await expect(chain.ask(questionWith(), context)).rejects.toBe(failure);
  });
});

describe("outside opening hours", () => {
  const hours = {
    timeZone: "UTC",
    open: [{ days: [1, 2, 3, 4, 5], from: 480, to: 1_080 }],
    holidays: [],
    botAnswers: true,
  };
  const closedReplies = { "pt-BR": "Estamos fechados.", en: "We are closed." };
  const saturday = () => new Date("2026-11-21T10:00:00Z");
  const friday = () => new Date("2026-11-20T10:00:00Z");

  test("a sentence goes before the answer, once per session", async () => {
    const chain = chainOf(
      { rasa: scripted([ANSWERED]) },
      { hours, closedReplies, today: saturday },
    );
    const first = await chain.ask(questionWith(), contextWith());
    expect(first).toMatchObject({
      replies: [{ text: "Estamos fechados." }, { text: "oi" }],
      backend: "rasa",
    });
    const second = await chain.ask(questionWith(), contextWith({ memory: first.memory }));
    expect(second.replies).toEqual([{ text: "oi" }]);
  });

  test("where the bot keeps the hours too, nobody is asked", async () => {
    const rasa = scripted([ANSWERED]);
    const chain = chainOf(
      { rasa },
      { hours: { ...hours, botAnswers: false }, closedReplies, today: saturday },
    );
    const first = await chain.ask(questionWith({ language: "en" }), contextWith());
    expect(first).toMatchObject({ outcome: "answered", replies: [{ text: "We are closed." }] });
    const second = await chain.ask(questionWith(), contextWith({ memory: first.memory }));
    expect(second).toMatchObject({ outcome: "silent", replies: [], backend: null });
    expect(rasa.asked).toEqual([]);
  });

  test("a trigger says nothing of it: the person did not write", async () => {
    const chain = chainOf(
      { rasa: scripted([ANSWERED]) },
      { hours, closedReplies, today: saturday },
    );
    const content = { type: "trigger", intent: "EXTERNAL_news", entities: {} } as const;
    const answer = await chain.ask(questionWith({ text: "", content }), contextWith());
    expect(answer.replies).toEqual(ANSWERED.replies);
  });

  test("a failed turn says nothing of it yet, and keeps it unsaid", async () => {
    const chain = chainOf(
      { rasa: scripted(["answer_unreachable"]) },
      { hours, closedReplies, today: saturday },
    );
    const answer = await chain.ask(questionWith(), contextWith());
    expect(answer).toMatchObject({ outcome: "failed", replies: [], memory: {} });
  });

  test("within the hours, and where a route was made for closed hours, nothing is added", async () => {
    const routes = [{ match: { hours: "out" as const }, chain: ["night"] }];
    const backends = { rasa: scripted([ANSWERED]), "night*": scripted([ANSWERED]) };
    const options = { hours, closedReplies, routes };
    const open = await chainOf(backends, { ...options, today: friday }).ask(
      questionWith(),
      contextWith(),
    );
    expect(open).toMatchObject({ backend: "rasa", replies: ANSWERED.replies });
    const closed = await chainOf(backends, { ...options, today: saturday }).ask(
      questionWith(),
      contextWith(),
    );
    expect(closed).toMatchObject({ backend: "night", replies: ANSWERED.replies });
  });
});
