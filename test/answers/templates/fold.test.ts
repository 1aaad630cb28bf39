import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  containsWords,
  countWords,
  fold,
  plain,
  wordsOf,
} from "../../../src/answers/templates/fold.ts";

describe("fold", () => {
  test.each([
    { label: "case and accents", text: "OLÁ, Você", want: "ola voce" },
    { label: "accents written as marks of their own", text: "ola\u0301", want: "ola" },
    { label: "punctuation and spaces", text: "  Oi!!  Tudo   bem?? ", want: "oi tudo bem" },
    { label: "repeated letters", text: "oiiiii helllooo", want: "oi helo" },
    { label: "numbers as they are", text: "1000", want: "1000" },
    { label: "emoji stay, once", text: "👋👋 oi", want: "👋 oi" },
    { label: "a slash is punctuation", text: "/menu", want: "menu" },
    { label: "decorated letters", text: "𝗢𝗹á ｍｅｎｕ", want: "ola menu" },
    { label: "ordinals", text: "2ª via", want: "2a via" },
    { label: "nothing but punctuation is nothing", text: "?! ...", want: "" },
  ])("$label: $text becomes $want", ({ text, want }) => {
    expect(fold(text)).toBe(want);
  });

  test("looks at the first 500 characters only", () => {
    expect(fold(`${"a ".repeat(250)}fim`)).toHaveLength(499);
    expect(plain(`${"\u0301".repeat(500)}fim`)).toBe("");
    expect(plain("\ud55c".repeat(500))).toHaveLength(500);
  });

  test("folding twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

test.each([
  { text: "bom dia a todos", words: "bom dia", want: true },
  { text: "coisa", words: "oi", want: false },
  { text: "oi", words: "oi", want: true },
  { text: "dia bom", words: "bom dia", want: false },
])("whether '$text' contains '$words': $want", ({ text, words, want }) => {
  expect(containsWords(text, words)).toBe(want);
});

test.each([
  { text: "", want: 0 },
  { text: "oi", want: 1 },
  { text: "oi tudo bem", want: 3 },
])("'$text' has $want words", ({ text, want }) => {
  expect(countWords(text)).toBe(want);
});

test.each([
  { label: "repeated letters count once, double ones twice", text: "Carrooo!", want: ["carro"] },
  { label: "emoji stand by themselves", text: "oi👋👋", want: ["oi", "👋", "👋"] },
  { label: "numbers and ordinals are words", text: "2ª via 12.5", want: ["2a", "via", "12", "5"] },
  { label: "nothing readable", text: "?! \u200d", want: [] },
])("the words of a text: $label", ({ text, want }) => {
  expect(wordsOf(text)).toEqual(want);
});
