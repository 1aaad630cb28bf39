import { expect, test } from "@jest/globals";
import { findLoop, linesNeeded } from "../../src/flow/loop.ts";

type Pair = readonly [user: string, assistant: string];

const at = "2026-11-21T10:00:00.000Z";
const linesOf = (pairs: readonly Pair[]) =>
  pairs.flatMap(([user, assistant]) => [
    { role: "user" as const, text: user, at },
    { role: "assistant" as const, text: assistant, at },
  ]);
const times = (count: number, pair: (index: number) => Pair) =>
  linesOf(Array.from({ length: count }, (_, index) => pair(index)));

const AUTOMATIC = "Obrigado pelo contato! Responderemos em breve.";
const OURS = "Não entendi. Pode dizer com outras palavras?";

test.each([
  {
    label: "the same long text once too often is another program",
    text: AUTOMATIC,
    lines: times(5, (index) => [AUTOMATIC, `resposta ${index}`]),
    want: "repeats",
  },
  {
    label: "as often as allowed is a person who insists",
    text: AUTOMATIC,
    lines: times(4, () => [AUTOMATIC, OURS]),
    want: undefined,
  },
  {
    label: "something else between begins the count anew",
    text: AUTOMATIC,
    lines: [
      ...times(4, () => [AUTOMATIC, OURS]),
      ...linesOf([
        ["oi", OURS],
        [AUTOMATIC, OURS],
      ]),
    ],
    want: undefined,
  },
  {
    label: "case, width and spaces make no other text",
    text: `  ${AUTOMATIC.toUpperCase()} `,
    lines: times(5, () => [AUTOMATIC.replaceAll(" ", "\u00a0 "), OURS]),
    want: "repeats",
  },
  {
    label: "a form answered with the same number again and again is no loop",
    text: "5",
    lines: times(8, (index) => ["5", `Pergunta ${index}: de 1 a 5?`]),
    want: undefined,
  },
  {
    label: "the same short text to the same answer is one",
    text: "ok",
    lines: times(8, () => ["ok", OURS]),
    want: "repeats",
  },
  {
    label: "the same short text that gets no answer is one",
    text: "ok",
    lines: times(8, () => ["ok", ""]).filter(({ role }) => role === "user"),
    want: "repeats",
  },
  {
    label: "our words that come back again and again are an echo",
    text: OURS,
    lines: linesOf([
      ["oi", OURS],
      [OURS, OURS],
      ["olá", "Tudo bem? Como posso ajudar?"],
      ["Tudo bem? Como posso ajudar?", OURS],
    ]),
    want: "echo",
  },
  {
    label: "our words that come back once are a quotation",
    text: OURS,
    lines: linesOf([["oi", OURS]]),
    want: undefined,
  },
  {
    label: "somebody who repeated us and then says something else is a person",
    text: "Quero falar de outra coisa",
    lines: linesOf([
      ["oi", OURS],
      [OURS, OURS],
      [OURS, OURS],
      [OURS, OURS],
    ]),
    want: undefined,
  },
  {
    label: "short words of ours are everybody's",
    text: "Sim",
    lines: linesOf([
      ["Sim", "Sim"],
      ["Não", "Sim"],
      ["Sim", "Sim"],
    ]),
    want: undefined,
  },
  {
    label: "an empty text is nothing",
    text: " ",
    lines: times(9, () => [" ", OURS]),
    want: undefined,
  },
  { label: "no history is no loop", text: AUTOMATIC, lines: [], want: undefined },
])("$label", ({ text, lines, want }) => {
  expect(findLoop(text, lines, 5)).toBe(want);
});

test("enough lines are read for the longest repetition", () => {
  const lines = times(40, () => [AUTOMATIC, OURS]).slice(-linesNeeded(20));
  expect(findLoop(AUTOMATIC, lines, 20)).toBe("repeats");
});
