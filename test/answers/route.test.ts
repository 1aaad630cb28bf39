import { describe, expect, test } from "@jest/globals";
import type { Question } from "../../src/answers/backend.ts";
import { createRouting, type RouteMatch } from "../../src/answers/route.ts";
import { ANSWERED, chainOf, contextWith, NO_ANSWER, scripted } from "./chain-scene.ts";
import { questionWith } from "./question.ts";

const step = (name: string, isSpare = false) => ({ name, backend: scripted([ANSWERED]), isSpare });

function fits(match: RouteMatch, changes: Partial<Question>, isOpen = true): boolean {
  const find = createRouting({
    steps: [step("rasa"), step("other", true)],
    usual: { budgetMs: 1, staticReplies: {} },
    routes: [{ match, chain: ["other"] }],
  });
  return find(questionWith(changes), () => isOpen).steps[0]?.name === "other";
}

describe("a route fits", () => {
  const cases: readonly {
    label: string;
    match: RouteMatch;
    changes?: Partial<Question>;
    isOpen?: boolean;
    want: boolean;
  }[] = [
    { label: "its channel", match: { channel: ["rest", "whatsapp"] }, want: true },
    { label: "not another channel", match: { channel: ["rest"] }, want: false },
    { label: "its account", match: { account: ["300400500600700"] }, want: true },
    { label: "not another account", match: { account: ["1"] }, want: false },
    { label: "its language", match: { language: ["pt-br"] }, want: true },
    { label: "every kind of a language", match: { language: ["pt"] }, want: true },
    { label: "not another kind of it", match: { language: ["pt-PT"] }, want: false },
    {
      label: "not the language where a kind is wanted",
      match: { language: ["pt-BR"] },
      changes: { language: "pt" },
      want: false,
    },
    {
      label: "not a language that begins alike",
      match: { language: ["pt"] },
      changes: { language: "ptx" },
      want: false,
    },
    {
      label: "a keyword, whatever its case and accents",
      match: { keyword: ["Certidão"] },
      changes: { text: "quero uma CERTIDAO!" },
      want: true,
    },
    {
      label: "several words in a row",
      match: { keyword: ["segunda via"] },
      changes: { text: "a segunda via, por favor" },
      want: true,
    },
    {
      label: "not a part of a word",
      match: { keyword: ["via"] },
      changes: { text: "viagem" },
      want: false,
    },
    {
      label: "a pattern, without accents and in lower case",
      match: { pattern: "^protocolo \\d{4}$" },
      changes: { text: "Prótocolo 1234" },
      want: true,
    },
    {
      label: "not where the pattern does not",
      match: { pattern: "^protocolo \\d{4}$" },
      changes: { text: "protocolo" },
      want: false,
    },
    {
      label: "its reference",
      match: { startReference: ["42"] },
      changes: { startReference: "42" },
      want: true,
    },
    {
      label: "references that begin so",
      match: { startReference: ["ad-*"] },
      changes: { startReference: "ad-7" },
      want: true,
    },
    {
      label: "any reference",
      match: { startReference: ["*"] },
      changes: { startReference: "7" },
      want: true,
    },
    { label: "not somebody without a reference", match: { startReference: ["*"] }, want: false },
    { label: "open hours", match: { hours: "in" }, want: true },
    {
      label: "not open hours when it is closed",
      match: { hours: "in" },
      isOpen: false,
      want: false,
    },
    { label: "closed hours", match: { hours: "out" }, isOpen: false, want: true },
    {
      label: "where all of its conditions do",
      match: { channel: ["whatsapp"], keyword: ["votar"] },
      want: true,
    },
    {
      label: "not where one of them does not",
      match: { channel: ["whatsapp"], keyword: ["boleto"] },
      want: false,
    },
  ];

  test.each(cases)("$label", ({ match, changes = {}, isOpen = true, want }) => {
    expect(fits(match, changes, isOpen)).toBe(want);
  });

  test("a text of any length quickly", () => {
    expect(fits({ pattern: "a+b" }, { text: "a".repeat(100_000) })).toBe(false);
  });

  test("never with a pattern that could take long", () => {
    expect(() => fits({ pattern: "(a+)+$" }, {})).toThrow("repeats a group");
  });
});

describe("the way of a route", () => {
  const routes = [
    {
      match: { keyword: ["humano"] },
      chain: ["llm", "rasa"],
      budgetMs: 2_000,
      staticReplies: { "pt-BR": "Só um instante." },
      holdMs: 5_000,
    },
    { match: { keyword: ["humano"], channel: ["whatsapp"] }, chain: ["rasa"] },
    { match: { language: ["en"] }, chain: [] },
  ];
  const backends = () => ({
    rasa: scripted([{ ...ANSWERED, hold: true }]),
    "llm*": scripted([NO_ANSWER]),
  });

  test("is the first that fits: its backends in its order, its budget, its hold", async () => {
    const chain = chainOf(backends(), { routes });
    const answer = await chain.ask(questionWith({ text: "humano" }), contextWith());
    expect(answer.steps.map(({ backend }) => backend)).toEqual(["llm", "rasa"]);
    expect(answer).toMatchObject({ backend: "rasa", fallbackUsed: true, holdMs: 5_000 });
  });

  test("leaves spares out of the usual chain", async () => {
    const silentRasa = { ...backends(), rasa: scripted([NO_ANSWER]) };
    const answer = await chainOf(silentRasa, { routes }).ask(questionWith(), contextWith());
    expect(answer.steps.map(({ backend }) => backend)).toEqual(["rasa"]);
    expect(Object.hasOwn(answer, "holdMs")).toBe(false);
  });

  test("has static replies of its own, and the usual ones in other languages", async () => {
    const chain = chainOf({ "llm*": scripted([NO_ANSWER]) }, { routes });
    const ask = (language: string) =>
      chain.ask(questionWith({ text: "humano", language }), contextWith());
    expect((await ask("pt-BR")).replies).toEqual([{ text: "Só um instante." }]);
    expect((await ask("en")).replies).toEqual([{ text: "Sorry?" }]);
  });

  test("without backends is a sentence of ours", async () => {
    const answer = await chainOf(backends(), { routes }).ask(
      questionWith({ language: "en" }),
      contextWith(),
    );
    expect(answer).toMatchObject({ backend: null, replies: [{ text: "Sorry?" }], steps: [] });
  });

  test("is found by what is said in a recording", async () => {
    const transcribe = async () => ({ text: "humano" });
    const rasa = scripted([ANSWERED], { transcribe });
    const content = { type: "media", media: "voice" } as const;
    const file = { bytes: new Uint8Array(1), mimeType: "audio/ogg", fileName: "a.ogg" };
    const chain = chainOf({ rasa, "llm*": scripted([ANSWERED]) }, { routes });
    const answer = await chain.ask(
      questionWith({ text: "", content }),
      contextWith({ readFile: async () => file }),
    );
    expect(answer).toMatchObject({ heard: "humano", backend: "llm" });
  });
});
