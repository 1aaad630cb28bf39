import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compilePythonPattern } from "../../../src/answers/templates/python-pattern.ts";

describe("Python's regular expressions", () => {
  test.each([
    { source: "\\d{3}\\.?\\d{3}-\\d{2}", text: "123.456-78" },
    { source: "[\\w.-]{1,9}\\@[a-z\\.-]{1,9}", text: "a.b@c-d.e" },
    { source: "[]a]+", text: "a]" },
    { source: "[^\\s,;&&]{2}", text: "ab" },
    { source: "[(){}|/+-]{7}", text: "(){}|/-" },
    { source: "[a\\-z]-", text: "--" },
    { source: "[\\]x]{2}", text: "]x" },
    { source: "[\\d-.]{3}", text: "1-." },
    { source: '[\\"\\é]{2}', text: '"é' },
    { source: "(?P<ddd>\\d{2})(?P=ddd)", text: "1111" },
    { source: "(?i)AÇÃO\\Z", text: "ação" },
    { source: "\\A\\#\\ \\é\\_", text: "# é_" },
  ])("$source finds '$text'", ({ source, text }) => {
    expect(compilePythonPattern(source).exec(text)?.[0]).toBe(text);
  });

  test.each([
    { label: "what only Python can say", source: "(?x) a # b" },
    { label: "what is no expression", source: "(" },
    { label: "what could take long", source: "(a+)+$" },
    { label: "what could take long behind a class with a bracket", source: "[[](a+)+$" },
    { label: "what could take long behind an escaped bracket", source: "\\[(a|a)*$" },
    { label: "many open repeats", source: "a*a*a*$" },
  ])("$label is refused: $source", ({ source }) => {
    expect(() => compilePythonPattern(source)).toThrow(Error);
  });

  test("every printable mark can stand in a class", () => {
    fc.assert(
      fc.property(fc.integer({ min: 33, max: 126 }), (code) => {
        const mark = String.fromCodePoint(code);
        const written = /[\]\\^]/.test(mark) ? `\\${mark}` : mark;
        expect(compilePythonPattern(`[${written}]`).test(mark)).toBe(true);
        expect(compilePythonPattern(`[${written}]`).test("é")).toBe(false);
      }),
    );
  });
});
