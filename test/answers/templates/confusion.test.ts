import { describe, expect, test } from "@jest/globals";
import { formatConfusion } from "../../../src/answers/templates/confusion-table.ts";
import { testIntents } from "../../../src/answers/templates/confusion.ts";
import type { Detection } from "../../../src/answers/templates/detect.ts";
import { readIntentTests } from "../../../src/answers/templates/intent-tests.ts";
import { intentWith } from "./intent.ts";

function matchOf(name: string) {
  return { intent: intentWith({ name }), confidence: 0.5, parameters: {} };
}

/** Understands "=bill" as a match and "?bill,light" as an offer, and asks that the language be handed on. */
const detector = {
  detect: (text: string, language: string): Detection => {
    expect(language).toBe("pt-BR");
    const names = text.slice(1).split(" ", 1).join("").split(",");
    if (text.startsWith("=")) return { kind: "match", match: matchOf(names[0] ?? "") };
    if (text.startsWith("?")) return { kind: "suggest", matches: names.map(matchOf) };
    return { kind: "none" };
  },
};

const CASES = [
  { text: "=bill", want: "bill" },
  { text: "=bill again", want: "bill" },
  { text: "=light", want: "bill" },
  { text: "?light,bill", want: "bill" },
  { text: "?light", want: "bill" },
  { text: "-", want: "light" },
  { text: "=bill", want: undefined },
  { text: "?bill", want: undefined },
  { text: "-\u001b[2J\u009b\u202e\n", want: undefined },
];

describe("testing intents", () => {
  const report = testIntents(detector, CASES, "pt-BR");

  test("every phrase gets a verdict", () => {
    expect(report.results.map(({ verdict }) => verdict)).toEqual([
      "right",
      "right",
      "wrong",
      "offered",
      "missed",
      "missed",
      "false_alarm",
      "vain_offer",
      "left",
    ]);
  });

  test("precision is of what was answered, recall of what was meant", () => {
    expect(report.intents).toEqual([
      { name: "bill", cases: 5, right: 2, precision: 2 / 3, recall: 2 / 5 },
      { name: "light", cases: 1, right: 0, precision: 0, recall: 0 },
    ]);
    expect(report).toMatchObject({ accuracy: 2 / 6, reached: 3 / 6, falseAlarms: 1 / 3 });
  });

  test("a test without phrases divides by nothing", () => {
    const empty = testIntents(detector, [], "pt-BR");
    expect(empty).toMatchObject({ intents: [], accuracy: undefined, falseAlarms: undefined });
    expect(formatConfusion(empty)).toContain("answered rightly  -  0 of 0");
  });

  test("the table shows what was taken for what", () => {
    expect(formatConfusion(report).split("\n")).toEqual([
      "intent  phrases  precision  recall  taken for",
      "bill    5        66.7 %     40.0 %  light 1, (offered) 1, (missed) 1",
      "light   1        0.0 %      0.0 %   (missed) 1",
      "",
      "answered rightly  33.3 %  2 of 6",
      "or offered        50.0 %  1 more",
      "false alarms      33.3 %  1 of 3",
      "asked in vain             1",
      "",
      "wrong            bill          light (0.50)        =light",
      "offered          bill          light, bill (0.50)  ?light,bill",
      "missed           bill          light (0.50)        ?light",
      "missed           light         -                   -",
      "false alarm      out_of_scope  bill (0.50)         =bill",
      "offered in vain  out_of_scope  bill (0.50)         ?bill",
      "",
    ]);
  });

  test("what a phrase or name holds cannot move the cursor or widen the table", () => {
    const hostile = { text: "-a\u001b[2J\u009b\u202e\nb\u2028", want: `\u0007${"n".repeat(60)}` };
    const table = formatConfusion(testIntents(detector, [hostile], "pt-BR"));
    expect(table).toContain("-a [2J b");
    expect(table).not.toMatch(/[\p{Cf}\p{Zl}]|(?!\n)\p{Cc}/u);
    expect(table).not.toContain("n".repeat(28));
  });
});

describe("a file of phrases", () => {
  test("lists phrases by intent, and those that mean none", () => {
    const text = "bill:\n  - segunda via\n  - ' 2a via '\nout_of_scope: [piada]\n";
    expect(readIntentTests("t.yml", text)).toEqual([
      { text: "segunda via", want: "bill" },
      { text: "2a via", want: "bill" },
      { text: "piada", want: undefined },
    ]);
  });

  test.each(["", "# nothing\n"])("may be empty: '%s'", (text) => {
    expect(readIntentTests("t.yml", text)).toEqual([]);
  });

  test.each([
    { label: "a tab", text: "bill:\n\t- x\n", want: /^t\.yml:2: / },
    { label: "a key given twice", text: "bill: [x]\nbill: [y]\n", want: /^t\.yml:2: / },
    {
      label: "a number for a phrase",
      text: "a: [x]\nbill:\n  - x\n  - 12\n",
      want: /^t\.yml:4: bill: a phrase is a text$/,
    },
    {
      label: "an empty phrase",
      text: "bill:\n  - ' '\n",
      want: /^t\.yml:2: bill: an empty phrase/,
    },
    {
      label: "a text for a list",
      text: "a: [x]\nbill: oi\n",
      want: /^t\.yml:2: bill: write a list/,
    },
    { label: "a list for intents", text: "- oi\n", want: /^t\.yml:1: write intents/ },
    { label: "an alias to nothing", text: "bill: *none\n", want: /^t\.yml: .*none/ },
    {
      label: "aliases that would fill the memory",
      text: `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f", "g"]
        .map((name, at) => `${name}: &${name} [${`*${"abcdef"[at]},`.repeat(9)}]\n`)
        .join("")}`,
      want: /^t\.yml: .*alias/,
    },
  ])("$label is refused with its place", ({ text, want }) => {
    expect(() => readIntentTests("t.yml", text)).toThrow(want);
  });

  test("every problem is listed", () => {
    expect(() => readIntentTests("t.yml", "a: [1]\nb: x\n")).toThrow(
      /^t\.yml:1: a: .*\nt\.yml:2: b: /,
    );
  });
});
