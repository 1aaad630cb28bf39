import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readExample, readLines } from "../../../src/answers/templates/examples.ts";

describe("mark-up in examples", () => {
  test.each([
    { written: "sem nada", text: "sem nada", annotations: [] },
    {
      written: "o [boleto](tipo) de [maio](mes)",
      text: "o boleto de maio",
      annotations: [
        { entity: "tipo", text: "boleto", value: "boleto" },
        { entity: "mes", text: "maio", value: "maio" },
      ],
    },
    {
      written: "[conta de luz](tipo:luz)",
      text: "conta de luz",
      annotations: [{ entity: "tipo", text: "conta de luz", value: "luz" }],
    },
    {
      written: '[SP]{"entity": "cidade", "role": "de", "group": "1", "value": "São Paulo"}',
      text: "SP",
      annotations: [{ entity: "cidade", text: "SP", value: "São Paulo" }],
    },
    {
      written: '[doze]{"entity": "n", "value": 12}',
      text: "doze",
      annotations: [{ entity: "n", text: "doze", value: "12" }],
    },
    {
      written: '[SP][{"entity": "a"}, {"entity": "b", "value": "x"}]',
      text: "SP",
      annotations: [
        { entity: "a", text: "SP", value: "SP" },
        { entity: "b", text: "SP", value: "x" },
      ],
    },
    { written: "[a]{no json} b", text: "a b", annotations: [] },
    { written: "[a] (b) [](c) [d", text: "[a] (b) [](c) [d", annotations: [] },
  ])("'$written' says '$text'", ({ written, ...want }) => {
    expect(readExample(written)).toEqual(want);
  });

  test("any text can be read", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'[](){}":,a '.split("")), maxLength: 80 }),
        (text) => {
          expect(readExample(text).text.length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  test("a very long example is cut", () => {
    expect(readExample("[".repeat(1_000_000)).text).toHaveLength(1_000);
  });
});

describe("lines of examples", () => {
  test.each([
    { label: "nothing", written: null, lines: [], stray: 0 },
    { label: "a block", written: "- a\n-b\n\n -  c \r\n-\n", lines: ["a", "b", "c"], stray: 0 },
    { label: "a line without a dash", written: "- a\nb\n", lines: ["a"], stray: 1 },
    { label: "a list", written: ["a", "b-c"], lines: ["a", "b-c"], stray: 0 },
    {
      label: "a list of maps",
      written: [{ text: "- a\n" }, { text: "b" }],
      lines: ["a", "b"],
      stray: 0,
    },
  ])("$label", ({ written, lines, stray }) => {
    expect(readLines(written)).toEqual({ lines, stray });
  });
});
