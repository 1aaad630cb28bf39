import { describe, expect, test } from "@jest/globals";
import { suggestReply } from "../../../src/answers/templates/suggest.ts";
import type { Intent } from "../../../src/answers/templates/library.ts";
import { matchShorthand } from "../../../src/answers/templates/match.ts";
import { intentWith } from "./intent.ts";

function reply(language: string, ...intents: readonly Partial<Intent>[]) {
  const matches = intents.map((changes) => {
    return { intent: intentWith(changes), confidence: 0.45, parameters: {} };
  });
  return suggestReply(matches, language);
}

function titlesOf(...intents: readonly Partial<Intent>[]): readonly string[] {
  return (reply("pt-BR", ...intents).buttons ?? []).map(({ title }) => title);
}

describe("asking what was meant", () => {
  test.each([
    { language: "pt-BR", want: "Não sei se entendi. Você quis dizer...?" },
    { language: "pt-PT", want: "Não sei se entendi. Você quis dizer...?" },
    { language: "es-AR", want: "No sé si entendí. ¿Quiso decir...?" },
    { language: "en", want: "I am not sure I understood. Did you mean...?" },
    { language: "fr", want: "I am not sure I understood. Did you mean...?" },
  ])("in $language", ({ language, want }) => {
    expect(reply(language, {}).text).toBe(want);
  });

  test.each([
    { label: "the title of the file", intent: { title: "Segunda via" }, want: "Segunda via" },
    {
      label: "an example that fits",
      intent: { examples: ["x".repeat(21), "2ª via"] },
      want: "2ª via",
    },
    { label: "the name, readable", intent: { name: "opening_hours" }, want: "Opening hours" },
    { label: "the name without its group", intent: { name: "faq/ask-hours" }, want: "Ask hours" },
    {
      label: "what is too long, cut",
      intent: { title: "Segunda via da conta de água" },
      want: "Segunda via da cont…",
    },
    { label: "no torn emoji", intent: { title: "👨‍👩‍👧‍👦👨‍👩‍👧‍👦" }, want: "👨‍👩‍👧‍👦…" },
  ])("a button says $label", ({ intent, want }) => {
    expect(titlesOf(intent)).toEqual([want]);
    expect(want.length).toBeLessThanOrEqual(20);
  });

  test("no two buttons say the same", () => {
    const same = { title: "Segunda via da conta de água" };
    const titles = titlesOf({ ...same, name: "a" }, { ...same, name: "a" }, { ...same, name: "a" });
    expect(titles).toEqual(["Segunda via da cont…", "A", "Segunda via da co… 3"]);
  });

  test("there are never more than three buttons", () => {
    expect(titlesOf(...["a", "b", "c", "d"].map((name) => ({ name })))).toEqual(["A", "B", "C"]);
  });

  test("a tap names the intent in the language it was offered in", () => {
    const offered = [
      { name: "faq/ask_x", language: "es" },
      { name: "plain", language: undefined },
    ];
    const payloads = (reply("pt-BR", ...offered).buttons ?? []).map(({ payload }) => payload ?? "");
    expect(payloads).toEqual(['/faq/ask_x{"language":"es"}', "/plain"]);
    const library = { intents: offered.map(intentWith), responses: new Map() };
    expect(payloads.map((payload) => matchShorthand(library, payload, "en")?.intent.name)).toEqual([
      "faq/ask_x",
      "plain",
    ]);
  });
});
