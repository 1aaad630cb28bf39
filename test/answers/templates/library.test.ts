import { describe, expect, test } from "@jest/globals";
import { buildLibrary } from "../../../src/answers/templates/library.ts";

/** The problems that building a library of one file reports, without the first line that says so. */
function problemsOf(...texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ path: `${"ab"[index]}.yml`, text }));
  try {
    buildLibrary(files);
    return [];
  } catch (error) {
    return error instanceof Error ? error.message.split("\n").slice(1) : ["no error"];
  }
}

const RESPONSE = "responses:\n  utter_x:\n    - text: Oi\n";

describe("template files", () => {
  test("a Rasa domain is used as it is; its other keys are left alone", () => {
    const text = `version: "3.1"\nintents:\n  - x\nslots: {}\nactions: [action_a]\n${RESPONSE}`;
    const { intents, responses } = buildLibrary([{ path: "domain.yml", text }]);
    expect([...responses.keys()]).toEqual(["utter_x"]);
    expect(intents).toEqual([]);
  });

  test("an intent has folded keywords, the file's language and its own response by default", () => {
    const text = `${RESPONSE}bridge:\n  language: pt-BR\n  intents:\n    x:\n      keywords: [OLÁ, no]\n`;
    expect(buildLibrary([{ path: "a.yml", text }]).intents).toEqual([
      {
        name: "x",
        language: "pt-BR",
        keywords: ["ola", "no"],
        patterns: [],
        maxWords: Infinity,
        responses: ["utter_x"],
      },
    ]);
  });

  test("an empty file says nothing and breaks nothing", () => {
    expect(problemsOf("", RESPONSE)).toEqual([]);
  });

  test.each([
    {
      label: "bad YAML",
      text: "responses:\n  utter_x: [\n",
      want: [expect.stringMatching(/^a\.yml:\d+: /)],
    },
    {
      label: "a key given twice",
      text: `${RESPONSE}  utter_x: []\n`,
      want: ["a.yml:4: Map keys must be unique"],
    },
    {
      label: "an alias to nothing",
      text: "responses: *none\n",
      want: [expect.stringMatching(/^a\.yml: .*none/)],
    },
    {
      label: "a mistake behind an alias",
      text: "a: &a\n  txet: Oi\nresponses:\n  utter_x: [*a]\n",
      want: [
        'a.yml:2: responses.utter_x.0.txet: Unrecognized key: "txet"',
        expect.stringMatching(/^a\.yml:4: responses\.utter_x\.0: says nothing/),
      ],
    },
    {
      label: "a list where a map belongs",
      text: "- a\n",
      want: ["a.yml:1: : Invalid input: expected object, received array"],
    },
    {
      label: "an unknown key of a response",
      text: `${RESPONSE}      txet: a\n`,
      want: ['a.yml:4: responses.utter_x.0.txet: Unrecognized key: "txet"'],
    },
    {
      label: "a response that says nothing",
      text: "responses:\n  utter_x:\n    - id: a\n",
      want: [expect.stringMatching(/^a\.yml:3: responses\.utter_x\.0: says nothing/)],
    },
    {
      label: "a condition written as an expression",
      text: `${RESPONSE}      condition: "a == 1"\n`,
      want: [
        "a.yml:4: responses.utter_x.0.condition: only lists of slot conditions are understood",
      ],
    },
    {
      label: "an unknown key of an intent",
      text: `${RESPONSE}bridge:\n  intents:\n    x:\n      keyword: oi\n`,
      want: ['a.yml:7: bridge.intents.x.keyword: Unrecognized key: "keyword"'],
    },
    {
      label: "a keyword that folds to nothing",
      text: `${RESPONSE}bridge:\n  intents:\n    x:\n      keywords:\n        - oi\n        - "?"\n`,
      want: ["a.yml:9: bridge.intents.x.keywords.1: holds neither letters, digits nor emoji"],
    },
    {
      label: "a pattern that could take for ever",
      text: `${RESPONSE}bridge:\n  intents:\n    x: { patterns: ["(a+)+$"] }\n`,
      want: [expect.stringMatching(/^a\.yml:6: bridge\.intents\.x\.patterns\.0: repeats a group/)],
    },
    {
      label: "an intent that cannot be written after a slash",
      text: `${RESPONSE}bridge:\n  intents:\n    "a b": { responses: [utter_x] }\n`,
      want: [expect.stringMatching(/^a\.yml:6: bridge\.intents\.a b: /)],
    },
    {
      label: "a language that is none",
      text: `${RESPONSE}bridge:\n  language: Português\n`,
      want: ["a.yml:5: bridge.language: is no language tag such as pt-BR"],
    },
    {
      label: "responses that exist nowhere",
      text: `${RESPONSE}bridge:\n  intents:\n    y: {}\n    x: { responses: [utter_x, utter_z] }\n`,
      want: [
        "a.yml:6: bridge.intents.y: there is no response utter_y",
        "a.yml:7: bridge.intents.x: there is no response utter_z",
      ],
    },
  ])("$label is reported with its place", ({ text, want }) => {
    expect(problemsOf(text)).toEqual(want);
  });

  test("all problems of all files are listed at once, without guesses about what could not be read", () => {
    const unreadable = "responses: 1\n";
    const readable = "bridge: { intents: { x: {} } }\nresponses: { utter_y: [Oi] }\n";
    expect(problemsOf(unreadable, readable)).toEqual([
      "a.yml:1: responses: Invalid input: expected record, received number",
    ]);
    expect(problemsOf("responses: 1\n", "bridge: 2\n")).toHaveLength(2);
  });

  test("a response or an intent of one language may stand in one file only", () => {
    const intent = "bridge: { language: en, intents: { x: {} } }\n";
    expect(problemsOf(RESPONSE + intent, RESPONSE + intent)).toEqual([
      "b.yml:2: responses.utter_x: stands in another file already",
      "b.yml:4: bridge.intents.x: stands in another file already, for the same language",
    ]);
  });
});
