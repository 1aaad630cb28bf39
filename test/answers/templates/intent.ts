import type { Intent, Library } from "../../../src/answers/templates/library.ts";

/** An intent that nothing leads to, with what a test cares about on top. */
export function intentWith(changes: Partial<Intent> = {}): Intent {
  const nothing = {
    keywords: [],
    patterns: [],
    maxWords: Infinity,
    examples: [],
    title: undefined,
  };
  return { name: "bill", language: "pt-BR", ...nothing, responses: ["utter_x"], ...changes };
}

export function libraryOf(...intents: readonly Partial<Intent>[]): Library {
  return { intents: intents.map(intentWith), responses: new Map() };
}
