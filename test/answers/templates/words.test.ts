import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { spellOut } from "../../../src/answers/templates/slang.ts";
import { createStemmer } from "../../../src/answers/templates/stem.ts";
import { guessLanguage, isStopWord } from "../../../src/answers/templates/stop-words.ts";
import { indexWords } from "../../../src/answers/templates/word-match.ts";

describe("stems", () => {
  test.each([
    { language: "pt-BR", one: "informacao", other: "informações" },
    { language: "pt", one: "iluminacao", other: "iluminação" },
    { language: "pt", one: "lampada", other: "lâmpadas" },
    { language: "pt", one: "urgencia", other: "urgência" },
    { language: "pt", one: "caro", other: "carro" },
    { language: "es", one: "atencion", other: "atención" },
    { language: "es", one: "vacuna", other: "vacunas" },
    { language: "en", one: "appointment", other: "appointments" },
    { language: "en-GB", one: "helo", other: "hello" },
  ])("$one and $other have the same in $language", ({ language, one, other }) => {
    const stem = createStemmer(language);
    expect(stem(one)).toBe(stem(other.normalize("NFD").replace(/\p{M}/gu, "")));
  });

  test.each(["de", "", "__proto__"])("words of '%s' stay as they are", (language) => {
    expect(createStemmer(language)("rechnungen")).toBe("rechnungen");
  });
});

test.each([
  { language: "pt-BR", words: "vc n ta c a msg", want: "voce nao esta voce a mensagem" },
  { language: "es", words: "xq no yego xfa", want: "por que no yego por favor" },
  { language: "en", words: "thx u r gr8", want: "thanks you are gr8" },
  { language: "de", words: "vc u xq", want: "vc u xq" },
  { language: "pt", words: "constructor __proto__", want: "constructor __proto__" },
])("'$words' in $language is '$want'", ({ language, words, want }) => {
  expect(spellOut(words.split(" "), language).join(" ")).toBe(want);
});

test("words that say little are known by language", () => {
  expect(isStopWord("para", "pt-BR")).toBe(true);
  expect(isStopWord("boleto", "pt-BR")).toBe(false);
  expect(isStopWord("para", "de")).toBe(false);
});

test.each([
  { words: "quero falar com uma pessoa", want: "pt" },
  { words: "quiero hablar con una persona", want: "es" },
  { words: "i want to talk to someone", want: "en" },
  { words: "rechnung kopie", want: undefined },
])("'$words' is written in $want", ({ words, want }) => {
  expect(guessLanguage(words.split(" "))).toBe(want);
});

describe("words that are written alike", () => {
  const vocabulary = ["boleto", "vazamento", "conta", "via", "iluminacao", "x".repeat(41)];
  const find = indexWords(vocabulary);
  const best = (word: string) => vocabulary[find(word)[0]?.id ?? -1];

  test.each([
    { label: "a letter changed", word: "vasamento", want: "vazamento" },
    { label: "two letters swapped", word: "bolteo", want: "boleto" },
    { label: "a letter left out", word: "bleto", want: "boleto" },
    { label: "a letter too many", word: "boletos", want: "boleto" },
    { label: "two letters of a long word", word: "iluminasaum", want: "iluminacao" },
    { label: "a word too short to tell", word: "vai", want: undefined },
    { label: "another word", word: "cachorro", want: undefined },
    { label: "a word too long to be one", word: "x".repeat(41), want: undefined },
  ])("$label: $word is $want", ({ word, want }) => {
    expect(best(word)).toBe(want);
  });

  test("likeness goes from none to all, and a misspelling is less than the word", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 4, maxLength: 40 }), (word) => {
        for (const { likeness } of [...find(word), ...indexWords([word])(word)]) {
          expect(likeness).toBeGreaterThan(0);
          expect(likeness).toBeLessThanOrEqual(1);
        }
      }),
    );
    expect(find("boleot")[0]?.likeness).toBeLessThan(1);
  });
});
