import { describe, expect, test } from "@jest/globals";
import { createUnansweredTest } from "../../src/answers/unanswered.ts";
import type { Reply } from "../../src/messages.ts";

const isUnanswered = createUnansweredTest(["Desculpe, não entendi.", "🤷"]);

describe("what a bot says is no answer", () => {
  test.each<{ label: string; replies: readonly Reply[] }>([
    { label: "the very text", replies: [{ text: "Desculpe, não entendi." }] },
    { label: "in another case, without accents", replies: [{ text: "DESCULPE nao entendi" }] },
    { label: "with other punctuation", replies: [{ text: "  desculpe… não   entendi!!" }] },
    {
      label: "beside another message",
      replies: [{ text: "Oi" }, { text: "desculpe, não entendi" }],
    },
    { label: "an emoji alone", replies: [{ text: "🤷 " }] },
    { label: "a mark", replies: [{ text: "Hm", custom: { fallback: true } }] },
    { label: "a mark among others", replies: [{ custom: { fallback: true, type: "x" } }] },
  ])("$label", ({ replies }) => {
    expect(isUnanswered(replies)).toBe(true);
  });

  test.each<{ label: string; replies: readonly Reply[] }>([
    { label: "a part of the text", replies: [{ text: "Desculpe" }] },
    { label: "more than the text", replies: [{ text: "Desculpe, não entendi. Quer um boleto?" }] },
    { label: "another emoji", replies: [{ text: "🙂" }] },
    { label: "a mark that is not true", replies: [{ custom: { fallback: "true" } }] },
    { label: "a list of custom parts", replies: [{ custom: [{ fallback: true }] }] },
    { label: "nothing", replies: [] },
    { label: "a picture", replies: [{ image: "https://example.org/a.png" }] },
  ])("but not $label", ({ replies }) => {
    expect(isUnanswered(replies)).toBe(false);
  });

  test("without texts only the mark counts", () => {
    const isMarked = createUnansweredTest([]);
    expect(isMarked([{ text: "" }])).toBe(false);
    expect(isMarked([{ custom: { fallback: true } }])).toBe(true);
  });
});
