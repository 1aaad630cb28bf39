import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createChoose } from "../../../src/answers/templates/choose.ts";
import { templateFile } from "../../../src/answers/templates/file-schema.ts";
import { interpolate, interpolatePayload } from "../../../src/answers/templates/interpolate.ts";
import type { Variation } from "../../../src/answers/templates/response-schema.ts";
import { chooseVariation, fillVariation } from "../../../src/answers/templates/respond.ts";

function variationsOf(...written: readonly unknown[]): readonly Variation[] {
  return templateFile.parse({ responses: { utter_x: written } }).responses["utter_x"] ?? [];
}

function fill(written: unknown, slots: Record<string, unknown> = {}) {
  const filling = { slots, missing: "empty", language: "pt-BR" } as const;
  return variationsOf(written).flatMap((variation) => fillVariation(variation, filling));
}

describe("interpolate", () => {
  test.each([
    { template: "Oi, {name}!", slots: { name: "Ana" }, want: "Oi, Ana!" },
    { template: "{n} de {total}", slots: { n: 1, total: 2.5 }, want: "1 de 2.5" },
    { template: "{first name}", slots: { "first name": "Ana" }, want: "Ana" },
    { template: "[{none}]", slots: { none: null }, want: "[]" },
    { template: "[{unknown}{constructor}{toString}]", slots: {}, want: "[]" },
    { template: "{list}", slots: { list: ["a", 1] }, want: '["a",1]' },
    {
      template: '/inform{{"tipo":"{tipo}"}}',
      slots: { tipo: "boleto" },
      want: '/inform{"tipo":"boleto"}',
    },
    { template: "{{{a}}}", slots: { a: "x" }, want: "{x}" },
    { template: "{{a}}", slots: { a: "x" }, want: "{a}" },
    { template: "{a}", slots: { a: "{b}", b: "no" }, want: "{b}" },
    { template: "{} {\n}", slots: {}, want: "{} {\n}" },
  ])("$template becomes $want", ({ template, slots, want }) => {
    expect(interpolate(template, slots)).toBe(want);
  });

  test("a text with its braces doubled comes out as it was", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const doubled = text.replaceAll("{", "{{").replaceAll("}", "}}");
        expect(interpolate(doubled, {})).toBe(text);
      }),
    );
  });
});

describe("fillVariation", () => {
  test.each([
    { label: "a plain string is a text", written: "Oi", want: { text: "Oi" } },
    {
      label: "all parts are filled, lists and maps inside included",
      written: {
        text: "{a}",
        image: "https://e.org/{a}.png",
        buttons: [{ title: "Ver {a}", payload: '/see{{"v":"{a}"}}', type: "x-{a}" }],
        quick_replies: [{ title: "{a}!" }],
        attachment: { payload: ["{a}", 1] },
        custom: { type: "list", sections: [{ rows: ["{a}"] }] },
      },
      want: {
        text: "1",
        image: "https://e.org/1.png",
        buttons: [{ title: "Ver 1", payload: '/see{"v":"1"}', type: "x-1" }, { title: "1!" }],
        attachment: { payload: ["1", 1] },
        custom: { type: "list", sections: [{ rows: ["1"] }] },
      },
    },
    {
      label: "a text in the conversation's language goes before the text",
      written: { text: "Hi {a}", translation: { es: "Hola", pt: "Oi {a}" } },
      want: { text: "Oi 1" },
    },
    {
      label: "a translation without a text is none",
      written: { text: "Hi", translation: { "pt-BR": "" } },
      want: { text: "Hi" },
    },
    {
      label: "empty keys are as good as none",
      written: { text: "a", attachment: null, custom: null },
      want: { text: "a" },
    },
    { label: "custom alone is enough", written: { custom: { a: 1 } }, want: { custom: { a: 1 } } },
    {
      label: "what only Rasa uses is no part of the reply",
      written: { text: "a", id: "1", metadata: { b: 1 }, button_type: "inline" },
      want: { text: "a" },
    },
  ])("$label", ({ written, want }) => {
    expect(fill(written, { a: 1 })).toEqual([want]);
  });
});

test("the cards of a carousel are a reply of their own", () => {
  const elements = [
    { title: "{a}", subtitle: "b", image_url: "https://e.org/{a}.png" },
    { title: "c", buttons: [{ title: "d", payload: '/d{{"v":"{a}"}}' }] },
  ];
  const payload = (value: string) => ({
    template_type: "generic",
    elements: [
      { title: value, subtitle: "b", image_url: `https://e.org/${value}.png` },
      { title: "c", buttons: [{ title: "d", payload: `/d${JSON.stringify({ v: value })}` }] },
    ],
  });
  const attachment = { type: "template", payload: payload('"1') };
  expect(fill({ text: "t", elements }, { a: '"1' })).toEqual([{ text: "t" }, { attachment }]);
  expect(fill({ elements }, { a: '"1' })).toEqual([{ attachment }]);
});

describe("interpolatePayload", () => {
  test.each([
    { payload: '/i{{"a":"{v}"}}', v: 'x","b":"y', want: '/i{"a":"x\\",\\"b\\":\\"y"}' },
    { payload: '/i{{"a":{v}}}', v: 5, want: '/i{"a":5}' },
    { payload: "say {v}", v: '"so"', want: 'say "so"' },
  ])("$payload with $v is $want", ({ payload, v, want }) => {
    expect(interpolatePayload(payload, { v }, "empty")).toBe(want);
  });
});

describe("chooseVariation", () => {
  const channels = ["whatsapp", "cloud", "whatsapp_cloud"];
  const when = (value: unknown) => [{ type: "slot", name: "vip", value }];

  test.each([
    { label: "the lowest number is the first", written: ["a", "b"], random: 0, want: 0 },
    { label: "the highest is the last", written: ["a", "b", "c"], random: 0.999, want: 2 },
    {
      label: "the channel's own comes first, by name",
      written: ["a", { text: "b", channel: "whatsapp" }],
      want: 1,
    },
    {
      label: "or by the name it has in Rasa",
      written: ["a", { text: "b", channel: "whatsapp_cloud" }],
      want: 1,
    },
    { label: "or by provider", written: ["a", { text: "b", channel: "cloud" }], want: 1 },
    {
      label: "another channel's is left out",
      written: [{ text: "a", channel: "telegram" }, "b"],
      want: 1,
    },
    {
      label: "another channel's is better than none",
      written: [{ text: "a", channel: "telegram" }],
      want: 0,
    },
    {
      label: "a condition that holds comes first",
      written: ["a", { text: "b", condition: when(true) }],
      slots: { vip: true },
      want: 1,
    },
    {
      label: "a condition is strict about types",
      written: ["a", { text: "b", condition: when(true) }],
      slots: { vip: "true" },
      want: 0,
    },
    {
      label: "a condition on an unknown slot does not hold",
      written: ["a", { text: "b", condition: when(null) }],
      want: 0,
    },
    {
      label: "nothing fits where no condition holds",
      written: [{ text: "b", condition: when(true) }],
      want: undefined,
    },
  ])("$label", ({ written, random = 0, slots = {}, want }) => {
    const choose = createChoose("random", () => random);
    const circumstances = { channels, slots, choose: (length: number) => choose("x", length) };
    expect(chooseVariation(variationsOf(...written), circumstances)).toBe(want);
  });
});
