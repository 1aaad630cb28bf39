import { describe, expect, test } from "@jest/globals";
import { createEntityFinder } from "../../../src/answers/templates/entities.ts";
import { createSlotBook, fillSlots } from "../../../src/answers/templates/slots.ts";

const find = createEntityFinder({
  annotations: [
    { entity: "doc", text: "boleto", value: "boleto" },
    { entity: "city", text: "SP", value: "São Paulo" },
    { entity: "state", text: "SP", value: "SP" },
  ],
  lookups: [
    { name: "city", texts: ["São Paulo", "São Paulo de Olivença", "Rio"] },
    { name: "none", texts: ["?!"] },
  ],
  patterns: [
    { name: "n", pattern: /\d+/iv },
    { name: "nothing", pattern: /x*/iv },
  ],
  synonyms: [
    { value: "boleto", texts: ["fatura", "segunda via"] },
    { value: "doze", texts: ["12"] },
    { value: "unused", texts: ["palavra"] },
  ],
});

describe("entities of a text", () => {
  test.each([
    { label: "nothing", text: "", want: {} },
    { label: "no whole word", text: "boletos riodoce palavra", want: {} },
    { label: "whatever accents and case", text: "SAO PAULO!", want: { city: ["São Paulo"] } },
    {
      label: "the longest name",
      text: "em são paulo de olivenca",
      want: { city: ["São Paulo de Olivença"] },
    },
    {
      label: "one word for two entities",
      text: "sp",
      want: { city: ["São Paulo"], state: ["SP"] },
    },
    {
      label: "synonyms, once each value",
      text: "fatura, boleto ou segunda via",
      want: { doc: ["boleto"] },
    },
    { label: "a synonym of a pattern's find", text: "7 e 12", want: { n: ["7", "doze"] } },
    {
      label: "in the order of the text, however found",
      text: "rio 3 sp 4",
      want: { city: ["Rio", "São Paulo"], n: ["3", "4"], state: ["SP"] },
    },
  ])("$label: '$text'", ({ text, want }) => {
    expect(Object.fromEntries(find(text))).toEqual(want);
  });

  test("patterns give ten values at most, from the first 500 characters", () => {
    expect(find("1 2 3 4 5 6 7 8 9 10 11 13 14").get("n")).toHaveLength(10);
    expect(find(`${" ".repeat(499)}12345`).get("n")).toEqual(["1"]);
  });

  test("values of a pattern and of words stand in the order of the text", () => {
    const mixed = createEntityFinder({
      annotations: [{ entity: "n", text: "meia", value: "6" }],
      lookups: [],
      patterns: [{ name: "n", pattern: /\d/v }],
      synonyms: [],
    });
    expect(mixed("1 meia 2").get("n")).toEqual(["1", "6", "2"]);
  });
});

describe("slots that a message fills", () => {
  const entity = (more: object = {}) => [{ type: "from_entity", entity: "e", ...more }];
  const intent = (more: object = {}) => [{ type: "from_intent", value: "v", ...more }];

  test.each([
    { label: "an entity of the same name", slot: {}, want: "b" },
    { label: "all of them for a list", slot: { type: "list" }, want: ["a", "b"] },
    {
      label: "none of the same name where a mapping says otherwise",
      slot: { mappings: [{ type: "custom" }] },
    },
    { label: "a mapped entity", slot: { mappings: entity() }, want: "z" },
    { label: "for one intent", slot: { mappings: entity({ intent: "said" }) }, want: "z" },
    { label: "for another intent", slot: { mappings: entity({ intent: ["other"] }) } },
    { label: "but for one intent", slot: { mappings: entity({ not_intent: ["said"] }) } },
    { label: "an intent", slot: { mappings: intent({ intent: "said" }) }, want: "v" },
    { label: "another intent", slot: { mappings: intent({ intent: "other" }) } },
    { label: "an intent that forgets", slot: { mappings: [{ type: "from_intent" }] }, want: null },
  ])("$label", ({ slot, want }) => {
    const book = createSlotBook(new Map([["s", slot]]));
    const given = new Map([
      ["s", ["a", "b"]],
      ["e", ["z"]],
    ]);
    expect(fillSlots(book, "said", given)["s"]).toEqual(want);
  });
});
