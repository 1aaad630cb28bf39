import { describe, expect, test } from "@jest/globals";
import { createGuard } from "../../../src/answers/openai/guard.ts";

const words = (count: number, prefix = "palavra") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).join(" ");

describe("what stands in the prompt", () => {
  test.each([
    { label: "twenty words in a row", reply: words(20), want: "prompt_leaked" },
    { label: "nineteen", reply: words(19), want: undefined },
    {
      label: "in capitals, with marks and other line ends",
      reply: `*${words(20).toUpperCase().replaceAll(" ", ",\n")}*`,
      want: "prompt_leaked",
    },
    {
      label: "in the middle of others",
      reply: `Claro! ${words(20)} e mais`,
      want: "prompt_leaked",
    },
    {
      label: "with another word in between",
      reply: `${words(10)} x ${words(20).split(" ").slice(10).join(" ")}`,
      want: undefined,
    },
    { label: "a reply without words", reply: "👍", want: undefined },
  ])("$label", ({ reply, want }) => {
    expect(createGuard(words(30), 20)(reply)).toBe(want);
  });

  test("facts below the line may be repeated, instructions above may not", () => {
    const guard = createGuard(`${words(25, "regra")}\n\n---\n${words(25, "fato")}`, 20);
    expect(guard(words(25, "fato"))).toBeUndefined();
    expect(guard(words(25, "regra"))).toBe("prompt_leaked");
  });

  test("none is looked for where the check is off, or the prompt is short", () => {
    expect(createGuard(words(30), 0)(words(30))).toBeUndefined();
    expect(createGuard(words(10), 20)(words(10))).toBeUndefined();
  });
});

describe("repetition", () => {
  const guard = createGuard("", 20);
  test.each([
    { label: "a sentence four times", reply: "Não sei a resposta. ".repeat(4), want: "repetitive" },
    { label: "a sentence three times", reply: "Não sei a resposta. ".repeat(3), want: undefined },
    { label: "short words many times", reply: "Sim! ".repeat(4), want: undefined },
    { label: "words without an end", reply: "de novo e de novo e ".repeat(20), want: "repetitive" },
    { label: "one word for ever", reply: "não ".repeat(2_000), want: "repetitive" },
    {
      label: "a list of like lines",
      reply: ["Seg", "Ter", "Qua", "Qui", "Sex"].map((day) => `${day}: das 8h às 17h`).join("\n"),
      want: undefined,
    },
  ])("$label", ({ reply, want }) => {
    expect(guard(reply)).toBe(want);
  });
});
