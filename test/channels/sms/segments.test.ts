import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { countSegments, splitMessage } from "../../../src/channels/sms/segments.ts";

describe("the segments of a text", () => {
  test.each([
    { label: "160 GSM letters", text: "a".repeat(160), want: [1, "GSM-7"] },
    { label: "161 GSM letters", text: "a".repeat(161), want: [2, "GSM-7"] },
    { label: "306 GSM letters", text: "a".repeat(306), want: [2, "GSM-7"] },
    { label: "307 GSM letters", text: "a".repeat(307), want: [3, "GSM-7"] },
    { label: "80 euro signs, two places each", text: "€".repeat(80), want: [1, "GSM-7"] },
    { label: "81 euro signs", text: "€".repeat(81), want: [2, "GSM-7"] },
    { label: "70 letters with one tilde", text: `ã${"a".repeat(69)}`, want: [1, "UCS-2"] },
    { label: "71 letters with one tilde", text: `ã${"a".repeat(70)}`, want: [2, "UCS-2"] },
    { label: "135 letters with one tilde", text: `ã${"a".repeat(134)}`, want: [3, "UCS-2"] },
    { label: "35 faces", text: "😀".repeat(35), want: [1, "UCS-2"] },
    { label: "36 faces", text: "😀".repeat(36), want: [2, "UCS-2"] },
    { label: "é, which GSM has", text: "é".repeat(160), want: [1, "GSM-7"] },
  ])("$label", ({ text, want }) => {
    const { count, encoding } = countSegments(text);
    expect([count, encoding]).toStrictEqual(want);
  });
});

test("the count is that of an independent calculator", () => {
  // It keeps graphemes together, which carriers do not: so letters of one code point each.
  const letter = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...Array.from("abcABC 123\n@£éÇΔ¡ñà")) },
    { weight: 5, arbitrary: fc.constantFrom(...Array.from("€[]{}^~|\\")) },
    { weight: 1, arbitrary: fc.constantFrom("ã", "ç", "“", "😀", "漢") },
  );
  const gsm = fc.oneof(
    fc.constantFrom(...Array.from("abc\n@£é")),
    fc.constantFrom(...Array.from("€[]{}^~|\\\f")),
  );
  const texts = fc.oneof(
    fc.array(letter, { maxLength: 400, size: "max" }),
    fc.array(gsm, { maxLength: 400, size: "max" }),
  );
  fc.assert(
    fc.property(texts, (letters) => {
      const text = letters.join("");
      const { segmentsCount, encodingName } = new SegmentedMessage(text);
      expect(countSegments(text)).toStrictEqual({
        count: Math.max(segmentsCount, 1),
        encoding: encodingName,
      });
    }),
    { numRuns: 150 },
  );
});

test.each([
  { from: 0x00, to: 0x1b },
  // Not the escape, which begins letters of two places and is none itself.
  { from: 0x1c, to: 0x180 },
  { from: 0x390, to: 0x3ff },
  { from: 0x2010, to: 0x20d0 },
])("every letter of $from to $to is in the alphabet of the calculator", ({ from, to }) => {
  for (let code = from; code < to; code += 1) {
    const letter = String.fromCharCode(code);
    const { encodingName } = new SegmentedMessage(letter);
    expect([letter, countSegments(letter).encoding]).toStrictEqual([letter, encodingName]);
  }
});

describe("splitting", () => {
  test.each([
    {
      label: "2048 characters stay one message",
      text: "a".repeat(2048),
      max: undefined,
      want: [2048],
    },
    { label: "one more makes two", text: "a".repeat(2049), max: undefined, want: [2048, 1] },
    { label: "one segment of GSM letters is kept", text: "a".repeat(160), max: 1, want: [160] },
    { label: "two segments of GSM letters are kept", text: "a".repeat(306), max: 2, want: [306] },
    { label: "the third starts a message", text: "a".repeat(307), max: 2, want: [306, 1] },
    { label: "two segments of UCS-2 are kept", text: "ã".repeat(134), max: 2, want: [134] },
    { label: "the third starts one there too", text: "ã".repeat(135), max: 2, want: [134, 1] },
  ])("$label", ({ text, max, want }) => {
    expect(splitMessage(text, max).map((part) => part.length)).toStrictEqual(want);
  });

  test.each([
    { label: "letters of two places", letter: "€" },
    { label: "faces, which leave a place free", letter: "😀" },
  ])("$label make shorter messages", ({ letter }) => {
    for (const max of [1, 2, 3]) {
      const parts = splitMessage(letter.repeat(700), max);
      expect(parts.join("")).toBe(letter.repeat(700));
      for (const part of parts) expect(countSegments(part).count).toBeLessThanOrEqual(max);
    }
  });

  test("a blank text gives no message", () => {
    expect(splitMessage(" \n ", 1)).toStrictEqual([]);
  });

  test("no part is longer or has more segments than allowed, and no word is lost", () => {
    const words = fc.array(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 30 }),
        fc.stringMatching(/^[a-z€[\]{}~]{1,40}$/),
        fc.constantFrom("ação", "😀😀", "https://a.example/x?y=z", "\n", "```"),
      ),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(
        words,
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        (list, max) => {
          const text = list.join(" ").toWellFormed();
          const parts = splitMessage(text, max);
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(2048);
            expect(part.trim()).not.toBe("");
            if (max !== undefined) expect(countSegments(part).count).toBeLessThanOrEqual(max);
          }
          if (!text.includes("```")) {
            expect(parts.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
