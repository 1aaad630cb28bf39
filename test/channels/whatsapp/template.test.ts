import { describe, expect, test } from "@jest/globals";
import { codesOf, payloadsOf, render } from "./rendering.ts";

const x = (length: number) => "x".repeat(length);
const template = (more: object) => ({
  custom: { type: "template", name: "aviso", language: "pt_BR", ...more },
});
const sent = (components?: unknown) => ({
  type: "template",
  template: {
    name: "aviso",
    language: { code: "pt_BR" },
    ...(components === undefined ? {} : { components }),
  },
});
const words = (...texts: string[]) => ({
  type: "body",
  parameters: texts.map((text) => ({ type: "text", text })),
});

describe("templates", () => {
  test.each([
    { label: "without parameters", more: {}, want: sent(), text: "aviso" },
    { label: "with empty parameters", more: { params: [] }, want: sent(), text: "aviso" },
    { label: "with no parameters named", more: { params: {} }, want: sent(), text: "aviso" },
    {
      label: "with a hyphen in the language",
      more: { language: "pt-BR" },
      want: sent(),
      text: "aviso",
    },
    {
      label: "with a language object",
      more: { language: { code: "pt_BR" } },
      want: sent(),
      text: "aviso",
    },
    {
      label: "by position",
      more: { params: ["Joana", 25] },
      want: sent([words("Joana", "25")]),
      text: "aviso: Joana, 25",
    },
    {
      label: "by name",
      more: { params: { nome: "Joana", dia: 25 } },
      want: sent([
        {
          type: "body",
          parameters: [
            { type: "text", parameter_name: "nome", text: "Joana" },
            { type: "text", parameter_name: "dia", text: "25" },
          ],
        },
      ]),
      text: "aviso: Joana, 25",
    },
    {
      label: "in WhatsApp's own words, with the body by position",
      more: {
        params: ["Joana"],
        components: [
          { type: "header", parameters: [{ type: "image", image: { id: "9010" } }] },
          {
            type: "button",
            sub_type: "quick_reply",
            index: 0,
            parameters: [{ type: "payload", payload: "OK" }],
          },
          { type: "button", sub_type: "url", index: "1", parameters: ["abc"] },
        ],
      },
      want: sent([
        { type: "header", parameters: [{ type: "image", image: { id: "9010" } }] },
        {
          type: "button",
          sub_type: "quick_reply",
          index: "0",
          parameters: [{ type: "payload", payload: "OK" }],
        },
        {
          type: "button",
          sub_type: "url",
          index: "1",
          parameters: [{ type: "text", text: "abc" }],
        },
        words("Joana"),
      ]),
      text: "aviso: abc, Joana",
    },
    {
      label: "with every kind of body parameter",
      more: {
        components: [
          {
            type: "body",
            parameters: [
              {
                type: "currency",
                currency: { fallback_value: "R$ 1", code: "BRL", amount_1000: 1000 },
              },
              { type: "date_time", date_time: { fallback_value: "25/11" } },
            ],
          },
          {
            type: "header",
            parameters: [{ type: "location", location: { latitude: 1, longitude: 2 } }],
          },
          {
            type: "button",
            sub_type: "copy_code",
            index: 2,
            parameters: [{ type: "coupon_code", coupon_code: "C1" }],
          },
          {
            type: "button",
            sub_type: "flow",
            index: 3,
            parameters: [{ type: "action", action: { flow_token: "t" } }],
          },
        ],
      },
      want: sent([
        {
          type: "body",
          parameters: [
            {
              type: "currency",
              currency: { fallback_value: "R$ 1", code: "BRL", amount_1000: 1000 },
            },
            { type: "date_time", date_time: { fallback_value: "25/11" } },
          ],
        },
        {
          type: "header",
          parameters: [{ type: "location", location: { latitude: "1", longitude: "2" } }],
        },
        {
          type: "button",
          sub_type: "copy_code",
          index: "2",
          parameters: [{ type: "coupon_code", coupon_code: "C1" }],
        },
        {
          type: "button",
          sub_type: "flow",
          index: "3",
          parameters: [{ type: "action", action: { flow_token: "t" } }],
        },
      ]),
      text: "aviso: R$ 1, 25/11, C1",
    },
  ])("$label", ({ more, want, text }) => {
    const rendering = render(template(more));
    expect(payloadsOf(rendering)).toEqual([want]);
    expect(rendering.messages[0]?.text).toBe(text);
    expect(codesOf(rendering)).toEqual([]);
  });

  test("need no customer-service window", () => {
    expect(render(template({})).messages[0]?.needsWindow).toBe(false);
  });

  test.each([
    {
      label: "line breaks and tabs become a space",
      text: "a\n\nb\tc",
      want: "a b c",
      codes: ["whitespace_collapsed"],
    },
    { label: "four spaces stay", text: "a    b", want: "a    b", codes: [] },
    {
      label: "five spaces become one",
      text: "a     b",
      want: "a b",
      codes: ["whitespace_collapsed"],
    },
    { label: "an empty text becomes a dash", text: "", want: "-", codes: ["parameter_filled"] },
    { label: "a blank text becomes a dash", text: "  ", want: "-", codes: ["parameter_filled"] },
    { label: "1024 characters stay", text: x(1024), want: x(1024), codes: [] },
    {
      label: "1025 characters are cut",
      text: x(1025),
      want: `${x(1023)}…`,
      codes: ["parameter_cut"],
    },
  ])("of a parameter $label", ({ text, want, codes }) => {
    const rendering = render(template({ params: [text] }));
    expect(payloadsOf(rendering)).toEqual([sent([words(want)])]);
    expect(codesOf(rendering)).toEqual(codes);
  });

  test.each([
    { label: "60 characters stay", text: x(60), want: x(60), codes: [] },
    { label: "61 characters are cut", text: x(61), want: `${x(59)}…`, codes: ["parameter_cut"] },
  ])("of a header parameter $label", ({ text, want, codes }) => {
    const rendering = render(template({ components: [{ type: "header", parameters: [text] }] }));
    expect(payloadsOf(rendering)).toEqual([
      sent([{ type: "header", parameters: [{ type: "text", text: want }] }]),
    ]);
    expect(codesOf(rendering)).toEqual(codes);
  });

  test("a quick-reply payload past 256 characters is kept", () => {
    const button = (payload: string) => ({
      type: "button",
      sub_type: "quick_reply",
      index: 0,
      parameters: [{ type: "payload", payload }],
    });
    expect(render(template({ components: [button(x(256))] })).kept).toEqual([]);
    const rendering = render(template({ components: [button(x(257))] }));
    expect(rendering.kept.map(({ payload }) => payload)).toEqual([x(257)]);
    expect(codesOf(rendering)).toEqual(["payload_kept"]);
  });

  test.each([
    { label: "a name with capitals", more: { name: "Aviso" } },
    { label: "a name of 513 characters", more: { name: x(513) } },
    { label: "no language", more: { language: undefined } },
    { label: "a language that is none", more: { language: "português" } },
    { label: "a parameter that is a list", more: { params: [[]] } },
    { label: "two bodies", more: { params: ["a"], components: [words("b")] } },
    {
      label: "an eleventh button",
      more: { components: [{ type: "button", sub_type: "url", index: 10, parameters: ["a"] }] },
    },
    {
      label: "a header image on a local path",
      more: {
        components: [{ type: "header", parameters: [{ type: "image", image: { link: "/a" } }] }],
      },
    },
  ])("$label is a note and no message", ({ more }) => {
    const rendering = render(template(more));
    expect(rendering.messages).toEqual([]);
    expect(codesOf(rendering)).toEqual(["custom_invalid"]);
  });
});
