import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { splitHead, splitTail, splitText } from "../../../src/channels/whatsapp/split-text.ts";
import { cutText } from "../../../src/channels/whatsapp/fit-text.ts";
import { codesOf, outline, payloadsOf, render } from "./rendering.ts";

const x = (length: number) => "x".repeat(length);
const FAMILY = "👨‍👩‍👧‍👦";
const FENCE = "```";

describe("splitText", () => {
  test.each([
    { label: "a text within the limit stays", text: "a\n b ", limit: 20, want: ["a\n b "] },
    { label: "a blank text gives nothing", text: " \n ", limit: 20, want: [] },
    { label: "a long blank text gives nothing", text: " ".repeat(50), limit: 20, want: [] },
    {
      label: "a paragraph end is preferred to a later line end",
      text: "first paragraph\n\nsec\nond part",
      limit: 24,
      want: ["first paragraph", "sec\nond part"],
    },
    {
      label: "a line end is preferred to a later sentence end",
      text: "one two three\nfour. five six seven",
      limit: 24,
      want: ["one two three", "four. five six seven"],
    },
    {
      label: "a sentence end is preferred to a later word end",
      text: "One two three. Four five six seven",
      limit: 24,
      want: ["One two three.", "Four five six seven"],
    },
    {
      label: "a word end is preferred to filling the part",
      text: "one two three four five sixseven",
      limit: 20,
      want: ["one two three four", "five sixseven"],
    },
    {
      label: "a paragraph end in the first half is not worth a message",
      text: "Hi\n\none two three four five six",
      limit: 24,
      want: ["Hi\n\none two three four", "five six"],
    },
    {
      label: "a word that exactly fills the part is whole",
      text: `${x(20)} ${x(20)} y`,
      limit: 20,
      want: [x(20), x(20), "y"],
    },
    {
      label: "the indentation of the next line stays",
      text: "a list of things\n  - one thing",
      limit: 20,
      want: ["a list of things", "  - one thing"],
    },
    {
      label: "a text without spaces is cut between graphemes",
      text: `${x(15)}${FAMILY}y`,
      limit: 20,
      want: [x(15), `${FAMILY}y`],
    },
    {
      label: "an accent stays with its letter",
      text: `${x(19)}e\u0301yy`,
      limit: 20,
      want: [x(19), "e\u0301yy"],
    },
    {
      label: "a space that carries an accent is no place to part",
      text: `${x(15)} \u0301${x(10)}`,
      limit: 20,
      want: [`${x(15)} \u0301${x(3)}`, x(7)],
    },
    {
      label: "an address is not broken where the text can part before it",
      text: `見る見る見る見る見るhttps://ex.org/a/b/c`,
      limit: 22,
      want: ["見る見る見る見る見る", "https://ex.org/a/b/c"],
    },
    {
      label: "an address longer than a part is broken",
      text: `https://ex.org/${x(15)}`,
      limit: 20,
      want: [`https://ex.org/${x(5)}`, x(10)],
    },
    {
      label: "a grapheme longer than a part ends all the same",
      text: `e${"\u0301".repeat(45)}`,
      limit: 20,
      want: [`e${"\u0301".repeat(19)}`, "\u0301".repeat(20), "\u0301".repeat(6)],
    },
    {
      label: "code is closed and opened again",
      text: `${FENCE}\nline one\nline two\nline three\n${FENCE}`,
      limit: 30,
      want: [`${FENCE}\nline one\nline two\n${FENCE}`, `${FENCE}\nline three\n${FENCE}`],
    },
    {
      label: "code that begins at the cut moves whole to the next part",
      text: `${x(20)}\n${FENCE}\ncode here\n${FENCE}`,
      limit: 32,
      want: [x(20), `${FENCE}\ncode here\n${FENCE}`],
    },
    {
      label: "code that ends at the cut leaves no empty block",
      text: `${FENCE}\ncode code code\n${FENCE}\nafter the code`,
      limit: 30,
      want: [`${FENCE}\ncode code code\n${FENCE}`, "after the code"],
    },
    {
      label: "a cut just before the end of code leaves no empty block",
      text: `${FENCE}\n${x(16)}\n${FENCE}\nafter it`,
      limit: 30,
      want: [`${FENCE}\n${x(16)}\n${FENCE}`, "after it"],
    },
    {
      label: "a blank stretch of code is no part",
      text: `${FENCE}\n${"\n".repeat(60)}x\n${FENCE}`,
      limit: 30,
      want: [`${FENCE}\nx\n${FENCE}`],
    },
    {
      label: "a wide gap in code is no part",
      text: `${FENCE}\n${" ".repeat(100)}x\n${FENCE}`,
      limit: 30,
      want: [`${FENCE}\n${" ".repeat(12)}x\n${FENCE}`],
    },
    {
      label: "the mark of code is not broken",
      text: `${x(18)}${FENCE}${x(10)}${FENCE}`,
      limit: 28,
      want: [x(18), `${FENCE}${x(10)}${FENCE}`],
    },
    {
      label: "blank lines at the start are no part",
      text: `${"\n".repeat(50)}word`,
      limit: 20,
      want: ["word"],
    },
    {
      label: "a grapheme longer than a part is never broken inside a surrogate pair",
      text: "👨\u200d".repeat(20),
      limit: 22,
      want: ["👨\u200d".repeat(7), "👨\u200d".repeat(7), "👨\u200d".repeat(6)],
    },
    {
      label: "backticks that open nothing are text",
      text: `${FENCE} ${x(18)} ${x(18)}`,
      limit: 24,
      want: [`${FENCE} ${x(18)}`, x(18)],
    },
  ])("$label", ({ text, limit, want }) => {
    expect(splitText(text, limit)).toEqual(want);
  });

  const words = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.constantFrom("\n\n", "\n", " ", ". ", FENCE, FAMILY, "https://ex.org/a?b=c"),
    ),
    { maxLength: 60 },
  );

  test("parts keep the limit, lose no visible character and leave no block of code open", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 80 }), (pieces, limit) => {
        const text = pieces.join("");
        const parts = splitText(text, limit);
        expect(parts.filter((part) => part.length > limit || part.trim() === "")).toEqual([]);
        const bare = (whole: string) => whole.replaceAll(FENCE, "").replace(/[\s`]/g, "");
        expect(bare(parts.join(""))).toBe(bare(text));
        const isClosed = text.split(FENCE).length % 2 === 1;
        const open = parts.filter((part) => part.split(FENCE).length % 2 === 0);
        if (isClosed && !text.includes("````")) expect(open).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("head and tail together lose no visible character", () => {
    const bare = (whole: string) => whole.replace(/[\s`]/g, "");
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 80 }), (pieces, limit) => {
        const text = pieces.join("");
        const ends = splitTail(text, limit);
        expect(ends.tail.length).toBeLessThanOrEqual(limit);
        expect(bare(ends.head + ends.tail)).toBe(bare(text));
        const starts = splitHead(text, limit);
        expect(starts.head.length).toBeLessThanOrEqual(limit);
        expect(bare(starts.head + starts.tail)).toBe(bare(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe("splitTail", () => {
  test.each([
    {
      label: "a fitting text is all tail",
      text: "one",
      want: { head: "", tail: "one" },
    },
    {
      label: "the tail begins at a paragraph",
      text: "some words here\n\nand the question now?",
      want: { head: "some words here", tail: "and the question now?" },
    },
    {
      label: "the tail is as long as words allow",
      text: "one two three four five six seven",
      want: { head: "one two", tail: "three four five six seven" },
    },
    {
      label: "code on both sides is closed and opened",
      text: `${FENCE}\nfirst line\nsecond line\n${FENCE}`,
      want: { head: `${FENCE}\nfirst line\n${FENCE}`, tail: `${FENCE}\nsecond line\n${FENCE}` },
    },
    {
      label: "an address moves whole into the head",
      text: `aahttps://ex.org/abcdefghijkl"${x(20)}`,
      want: { head: "aahttps://ex.org/abcdefghijkl", tail: `"${x(20)}` },
    },
    {
      label: "an emoji moves whole into the head",
      text: `${x(10)}${FAMILY}${x(20)}`,
      want: { head: `${x(10)}${FAMILY}`, tail: x(20) },
    },
    {
      label: "the tail is never the end of code alone",
      text: `${FENCE}\n${x(40)}\n${FENCE}`,
      want: { head: `${FENCE}\n${x(22)}\n${FENCE}`, tail: `${FENCE}\n${x(18)}\n${FENCE}` },
    },
    {
      label: "the mark of code is not broken",
      text: `${x(10)}${FENCE}${x(17)}${FENCE}`,
      want: { head: x(10), tail: `${FENCE}\n${x(17)}${FENCE}` },
    },
  ])("$label", ({ text, want }) => {
    expect(splitTail(text, 26)).toEqual(want);
  });
});

describe("cutText", () => {
  test.each([
    { label: "a fitting text stays", text: x(20), want: x(20) },
    { label: "one past the limit ends in an ellipsis", text: x(21), want: `${x(19)}…` },
    { label: "an emoji at the cut is left out whole", text: `${x(18)}😀😀`, want: `${x(18)}…` },
    { label: "a flag at the cut is left out whole", text: `${x(16)}🇧🇷yy`, want: `${x(16)}…` },
    { label: "a space before the ellipsis goes", text: `${x(18)} yyy`, want: `${x(18)}…` },
  ])("$label", ({ text, want }) => {
    expect(cutText(text, 20)).toBe(want);
  });
});

describe("text messages", () => {
  test("4096 characters are one message", () => {
    const rendering = render({ text: x(4096) });
    expect(payloadsOf(rendering)).toEqual([{ type: "text", text: { body: x(4096) } }]);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("4097 characters are two messages with one note", () => {
    const rendering = render({ text: x(4097) });
    expect(outline(rendering).map(({ body }) => body)).toEqual([x(4096), "x"]);
    expect(rendering.messages.map(({ notes }) => notes.map(({ code }) => code))).toEqual([
      ["text_split"],
      [],
    ]);
  });

  test.each([
    { label: "an empty reply", reply: {} },
    {
      label: "a reply of nulls",
      reply: JSON.parse(
        '{"text":null,"buttons":null,"custom":null,"image":null,"attachment":null}',
      ),
    },
    { label: "an empty text", reply: { text: "" } },
    { label: "a blank text", reply: { text: " \n" } },
    { label: "an empty list of buttons", reply: { buttons: [] } },
  ])("$label is no message but a note", ({ reply }) => {
    const rendering = render(reply);
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual(["blank_skipped"]);
  });

  test("characters that no provider accepts are noted", () => {
    const rendering = render({ text: "a\u0000b\ud800c" });
    expect(outline(rendering).map(({ body }) => body)).toEqual(["ab\ufffdc"]);
    expect(codesOf(rendering)).toEqual(["characters_replaced"]);
  });

  test.each([
    { label: "on, with an address", previewUrls: true, text: "https://ex.org", want: true },
    { label: "on, without an address", previewUrls: true, text: "hi", want: undefined },
    { label: "off", previewUrls: false, text: "https://ex.org", want: undefined },
  ])("previews $label", ({ previewUrls, text, want }) => {
    const [payload] = payloadsOf(render({ text }, { previewUrls }));
    expect(payload).toEqual({
      type: "text",
      text: want === undefined ? { body: text } : { body: text, preview_url: want },
    });
  });
});
