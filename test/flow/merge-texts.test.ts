import { expect, test } from "@jest/globals";
import { mergeTexts } from "../../src/flow/merge-texts.ts";
import type { Reply } from "../../src/messages.ts";

const x = (length: number) => "x".repeat(length);
const button = { title: "Yes" };

interface Case {
  label: string;
  given: Reply[];
  want: Reply[];
}

test.each<Case>([
  { label: "nothing stays nothing", given: [], want: [] },
  {
    label: "consecutive texts become one",
    given: [{ text: "a" }, { text: "b" }, { text: "c" }],
    want: [{ text: "a\n\nb\n\nc" }],
  },
  {
    label: "blank texts are dropped",
    given: [{ text: "" }, { text: "a" }, { text: " \n" }, { text: "b" }],
    want: [{ text: "a\n\nb" }],
  },
  {
    label: "a text is not merged into one with buttons",
    given: [{ text: "a" }, { text: "b", buttons: [button] }, { text: "c" }],
    want: [{ text: "a" }, { text: "b", buttons: [button] }, { text: "c" }],
  },
  {
    label: "an image keeps texts apart",
    given: [{ text: "a" }, { image: "https://ex.org/a.png" }, { text: "b" }],
    want: [{ text: "a" }, { image: "https://ex.org/a.png" }, { text: "b" }],
  },
  {
    label: "a blank text with a custom part stays",
    given: [{ text: "", custom: { type: "sticker" } }],
    want: [{ text: "", custom: { type: "sticker" } }],
  },
  {
    label: "an empty list of buttons is no button",
    given: [{ text: "a", buttons: [] }, { text: "b" }],
    want: [{ text: "a\n\nb" }],
  },
  {
    label: "a message of exactly the longest length is one",
    given: [{ text: x(9) }, { text: x(9) }],
    want: [{ text: `${x(9)}\n\n${x(9)}` }],
  },
  {
    label: "one character more makes two",
    given: [{ text: x(9) }, { text: x(10) }, { text: x(2) }],
    want: [{ text: x(9) }, { text: `${x(10)}\n\n${x(2)}` }],
  },
  {
    label: "a text that is too long by itself stays as it is",
    given: [{ text: x(50) }, { text: "a" }],
    want: [{ text: x(50) }, { text: "a" }],
  },
])("$label", ({ given, want }) => {
  expect(mergeTexts(given, 20)).toEqual(want);
});
