import fc from "fast-check";
import { describe, expect, test } from "@jest/globals";
import { parseReply } from "../../../src/answers/openai/parse-reply.ts";
import { toReplies } from "../../../src/answers/openai/limits.ts";

const textsOf = (written: string, isCut = false) =>
  parseReply(written, isCut).messages.map(({ text }) => text);

describe("the texts of what a model wrote", () => {
  test.each([
    { label: "plain text", written: "Oi! Tudo bem?", want: ["Oi! Tudo bem?"] },
    { label: "text with braces in it", written: "Use {nome} aqui.", want: ["Use {nome} aqui."] },
    { label: "a JSON text", written: '"Oi"', want: ["Oi"] },
    {
      label: "a text in quotation marks that is no JSON",
      written: '"Oi" é oi',
      want: ['"Oi" é oi'],
    },
    {
      label: "a list of messages without the rest",
      written: '[{"text":"Oi"},"Tudo bem?"]',
      want: ["Oi", "Tudo bem?"],
    },
    { label: "one message by itself", written: '{"text":"Oi"}', want: ["Oi"] },
    { label: "another key for the text", written: '{"reply":"Oi","x":1}', want: ["Oi"] },
    { label: "nothing under any key", written: '{"mood":"good"}', want: [] },
    { label: "a fence without a name", written: '```\n{"messages":["Oi"]}\n```', want: ["Oi"] },
    {
      label: "a fence among sentences with braces",
      written: 'Use {x}:\n```json\n{"messages":["Oi"]}\n```\ne {y}.',
      want: ["Oi"],
    },
    { label: "a fence that holds no JSON", written: "```\nls -l\n```", want: ["```\nls -l\n```"] },
    {
      label: "sentences around the JSON",
      written: 'Claro: {"messages":["Oi"]} Até!',
      want: ["Oi"],
    },
    {
      label: "an empty message among others",
      written: '{"messages":["",{"text":" "},"Oi",null]}',
      want: ["Oi"],
    },
    { label: "messages that are no list", written: '{"messages":"Oi"}', want: [] },
    { label: "an empty object", written: "{}", want: [] },
    { label: "an empty list", written: "[]", want: [] },
    { label: "a number", written: "42", want: ["42"] },
    { label: "white space", written: " \n", want: [] },
    {
      label: "a fence that was cut",
      written: '```json\n{"messages":[{"text":"Oi."},{"te',
      want: ["Oi."],
    },
    {
      label: "escapes in JSON that was cut",
      written: '{"messages":[{"text":"a \\"b\\" \\u00e9"},{',
      want: ['a "b" é'],
    },
    { label: "thoughts that never ended", written: "<think>Bom, {", want: [] },
    {
      label: "thoughts before JSON",
      written: '<thinking>hm</thinking>{"messages":["Oi"]}',
      want: ["Oi"],
    },
    {
      label: "text that ends in the middle of a sentence",
      written: "Vence dia 10. Pague no ban",
      isCut: true,
      want: ["Vence dia 10."],
    },
    {
      label: "text that ends with its sentence",
      written: "Vence dia 10.",
      isCut: true,
      want: ["Vence dia 10."],
    },
    {
      label: "text that ends within its first sentence",
      written: "Vence no dia",
      isCut: true,
      want: [],
    },
  ])("$label", ({ written, isCut, want }) => {
    expect(textsOf(written, isCut)).toEqual(want);
  });

  test("half a character does not come through", () => {
    expect(textsOf("Oi \ud83d")).toEqual(["Oi \ufffd"]);
  });

  test("a text that is far too long is looked at in part, and quickly", () => {
    expect(textsOf("x".repeat(5_000_000))[0]).toHaveLength(200_000);
    expect(textsOf("{".repeat(5_000_000))).toEqual([]);
    expect(textsOf(`{"text":"${"\\".repeat(199_000)}`)).toEqual([]);
    expect(textsOf("<think>".repeat(30_000))).toEqual([]);
    expect(textsOf("<think>a</think>".repeat(12_000))).toEqual([]);
    expect(textsOf('```"text": "'.repeat(20_000)).length).toBeLessThan(20_000);
  });
});

describe("beside the texts", () => {
  test.each([
    { written: { messages: ["Oi"], confidence: 0.5 }, want: { confidence: 0.5 } },
    { written: { messages: ["Oi"], confidence: -3 }, want: { confidence: 0 } },
    { written: { messages: ["Oi"], confidence: 85 }, want: { confidence: 0.85 } },
    { written: { messages: ["Oi"], confidence: 1_000 }, want: { confidence: 1 } },
    {
      written: { messages: ["Oi"], intent: "boleto", handoff: true },
      want: { intent: "boleto", handoff: true },
    },
    { written: { messages: ["Oi"], intent: "x".repeat(500) }, want: { intent: "x".repeat(100) } },
  ])("$written", ({ written, want }) => {
    expect(parseReply(JSON.stringify(written), false)).toMatchObject(want);
  });

  test.each([
    { messages: ["Oi"] },
    { messages: ["Oi"], confidence: "0.9", intent: 7, handoff: "yes" },
    { messages: ["Oi"], confidence: null, intent: " ", handoff: null },
  ])("what is missing or of another kind is not there: %j", (written) => {
    const parsed = parseReply(JSON.stringify(written), false);
    expect(parsed).toMatchObject({ handoff: false, messages: [{ text: "Oi" }] });
    expect(parsed).not.toHaveProperty("confidence");
    expect(parsed).not.toHaveProperty("intent");
  });
});

const replyShape = fc.record(
  {
    messages: fc.array(
      fc.oneof(
        fc.string(),
        fc.record({ text: fc.string(), buttons: fc.anything(), image_url: fc.anything() }),
      ),
    ),
    intent: fc.anything(),
    confidence: fc.anything(),
    handoff: fc.anything(),
  },
  { requiredKeys: [] },
);

test("whatever a model writes, replies are well formed and never JSON of ours", () => {
  const written = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    replyShape.map((reply) => JSON.stringify(reply)),
    replyShape.map((reply) => JSON.stringify(reply).slice(0, -5)),
  );
  fc.assert(
    fc.property(written, fc.boolean(), (text, isCut) => {
      const { messages, confidence = 0 } = parseReply(text, isCut);
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
      const { replies } = toReplies(messages, []);
      expect(replies.length).toBeLessThanOrEqual(5);
      for (const { text: said = "x", buttons = [] } of replies) {
        expect(said.trim()).not.toBe("");
        expect(said.isWellFormed()).toBe(true);
        expect(said).not.toMatch(/^\{"messages"/);
        for (const { title, payload } of buttons) {
          expect(title.length).toBeLessThanOrEqual(20);
          expect(payload).not.toMatch(/^\s*\//);
        }
      }
    }),
  );
});
