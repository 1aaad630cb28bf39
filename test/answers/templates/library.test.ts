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
        examples: [],
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
        "a.yml:4: responses.utter_x.0.condition: only lists of slot conditions are understood; " +
          "expressions of Rasa's Mantle dialect are not supported",
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
    {
      label: "a tab, once, although the parser stumbles on",
      text: `version: "3.1"\n${RESPONSE}  utter_y:\n    - text: a\n\t- text: b\n  utter_z:\n    - text: c\n`,
      want: ["a.yml:7: Tabs are not allowed as indentation"],
    },
    {
      label: "lists nested without end",
      text: `a: ${"[".repeat(20_000)}`,
      want: [expect.stringMatching(/^a\.yml:1: /)],
    },
    {
      label: "aliases that would fill the memory",
      text: `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefghi"
        .split("")
        .map(
          (name, at) =>
            `${name}: &${name} [${"*abcdefgh"[at + 1]}, ${`*${"abcdefgh"[at]}, `.repeat(9)}]`,
        )
        .join("\n")
        .replaceAll(/\[[a-h], /g, "[")}\n`,
      want: [expect.stringMatching(/^a\.yml: Excessive alias count/)],
    },
    {
      label: "a file too long to be read again and again",
      text: `# ${"x".repeat(5_000_000)}\n`,
      want: ["a.yml: is longer than 1000000 characters; split it into several files"],
    },
    {
      label: "a rule of a response that exists nowhere",
      text: `${RESPONSE}rules:\n  - rule: a\n    steps: [{ intent: x }, { action: utter_z }]\n`,
      want: ["a.yml:5: rules: there is no response utter_z"],
    },
    {
      label: "a condition on a slot that nothing fills",
      text: `slots: { a: { type: text } }\n${RESPONSE}      condition:\n        - { type: slot, name: channel, value: x }\n        - { type: slot, name: b, value: 1 }\n`,
      want: ["a.yml:7: responses.utter_x.0.condition.1: no slot b"],
    },
    {
      label: "examples that are none",
      text: `${RESPONSE}nlu:\n  - intent: x\n    examples: 5\n`,
      want: [expect.stringMatching(/^a\.yml:6: nlu\.0\.examples: /)],
    },
    {
      label: "an empty title",
      text: `${RESPONSE}bridge:\n  intents:\n    x: { title: " " }\n`,
      want: [expect.stringMatching(/^a\.yml:6: bridge\.intents\.x\.title: /)],
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
    const rule = "rules: [{ rule: a, steps: [{ intent: x }, { action: utter_x }] }]\n";
    expect(problemsOf(unreadable, rule)).toHaveLength(1);
  });

  test("a response or an intent of one language may stand in one file only", () => {
    const intent = "bridge: { language: en, intents: { x: {} } }\n";
    expect(problemsOf(RESPONSE + intent, RESPONSE + intent)).toEqual([
      "b.yml:2: responses.utter_x: stands in another file already",
      "b.yml:4: bridge.intents.x: stands in another file already, for the same language",
    ]);
  });

  test("the examples of all files and languages come together", () => {
    const files = [
      {
        path: "a.yml",
        text: `${RESPONSE}bridge: { language: pt, intents: { x: { title: Oi, examples: [oi, "[b](c)"] } } }\n`,
      },
      { path: "b.yml", text: "nlu:\n  - intent: x\n    examples: |\n      - oi\n      - olá\n" },
      { path: "c.yml", text: "bridge: { language: en }\nnlu: [{ intent: x, examples: [hi] }]\n" },
    ];
    expect(buildLibrary(files).intents).toMatchObject([
      { name: "x", language: "pt", title: "Oi", examples: ["oi", "b", "olá"] },
      { name: "x", language: "en", title: undefined, examples: ["hi"], responses: ["utter_x"] },
    ]);
  });

  test("keys without content, and names of an object's own, do no harm", () => {
    const text = "responses:\nnlu:\nrules:\nslots:\nentities:\nlanguage: 5\n";
    expect(
      problemsOf(text, RESPONSE, "slots: { __proto__: { type: text }, constructor: }\n"),
    ).toEqual([]);
  });

  test("a pattern of a Rasa file that could take for ever is not used, and told", () => {
    const text = `${RESPONSE}nlu:\n  - regex: a\n    examples: |\n      - (a+)+$\n      - a{2}\n      b\n`;
    const { notes, findEntities } = buildLibrary([{ path: "a.yml", text }]);
    expect(notes).toEqual([
      "a.yml:5: nlu: 1 lines of examples do not begin with a dash",
      "a.yml:5: nlu: a pattern of a is not used: repeats a group that itself holds a repeat or an alternative",
    ]);
    expect([...findEntities("xx aa")]).toEqual([["a", ["aa"]]]);
  });

  test("a pattern of a name that is no entity only helps Rasa to train", () => {
    const nlu =
      "nlu:\n  - { regex: a, examples: [x] }\n  - { lookup: b, examples: [y] }\n  - { lookup: c, examples: [y] }\n";
    const text = `${RESPONSE}entities: [b]\n${nlu}`;
    const { findEntities } = buildLibrary([{ path: "a.yml", text }]);
    expect([...findEntities("x y")]).toEqual([["b", ["y"]]]);
  });

  test("ten thousand examples are read", () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => `      - pergunta [número](n) ${at}`);
    const text = `${RESPONSE}nlu:\n  - intent: x\n    examples: |\n${lines.join("\n")}\n`;
    expect(buildLibrary([{ path: "a.yml", text }]).intents[0]?.examples).toHaveLength(10_000);
  });
});
