import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  fillContent,
  placeholdersOf,
  routeRung,
  sendContent,
  toReply,
} from "../src/send-content.ts";

describe("a content", () => {
  test.each([
    { label: "a text", raw: { text: "Olá" } },
    {
      label: "a reply",
      raw: { reply: { text: "Olá", buttons: [{ title: "Sim", payload: "/s" }] } },
    },
    { label: "a template by name", raw: { template: { name: "aviso" } } },
    {
      label: "a template with everything",
      raw: {
        template: {
          name: "aviso",
          language: "pt_BR",
          params: { nome: "Ana", dia: { type: "text", text: "hoje" } },
          components: [{ type: "header", parameters: [] }],
        },
      },
    },
  ])("$label is taken as it is", ({ raw }) => {
    expect(sendContent.parse(raw)).toEqual(raw);
  });

  test.each([
    { label: "nothing", raw: {} },
    { label: "two contents", raw: { text: "Olá", template: { name: "aviso" } } },
    { label: "an empty text", raw: { text: "" } },
    { label: "a reply that says nothing", raw: { reply: {} } },
    { label: "a template's name in capitals", raw: { template: { name: "Aviso" } } },
    {
      label: "a language that is none",
      raw: { template: { name: "aviso", language: "português" } },
    },
    { label: "an unknown key", raw: { text: "Olá", txt: "?" } },
  ])("$label is refused", ({ raw }) => {
    expect(sendContent.safeParse(raw).success).toBe(false);
  });
});

test.each([
  { label: "a text", content: { text: "Olá" }, want: { text: "Olá" } },
  { label: "a reply", content: { reply: { text: "Olá" } }, want: { text: "Olá" } },
  {
    label: "a template",
    content: { template: { name: "aviso", language: "en" } },
    want: { custom: { type: "template", name: "aviso", language: "en" } },
  },
])("$label becomes a reply", ({ content, want }) => {
  expect(toReply(content)).toEqual(want);
});

test("a template that names no language gets the one that is given", () => {
  expect(toReply({ template: { name: "aviso" } }, "pt_BR")).toEqual({
    custom: { type: "template", name: "aviso", language: "pt_BR" },
  });
});

describe("placeholders", () => {
  test("are replaced wherever a string stands", () => {
    const content = {
      template: {
        name: "aviso",
        params: ["{{nome}}", { type: "text", text: "até {{ dia }}" }],
      },
    };
    expect(fillContent(content, { nome: "Ana", dia: "25/11" })).toEqual({
      content: {
        template: { name: "aviso", params: ["Ana", { type: "text", text: "até 25/11" }] },
      },
      missing: [],
    });
  });

  test("without a value stay and are named once", () => {
    const content = { text: "{{nome}}, {{dia}} e {{nome}}" };
    expect(fillContent(content, { dia: "hoje" })).toEqual({
      content: { text: "{{nome}}, hoje e {{nome}}" },
      missing: ["nome"],
    });
    expect(placeholdersOf(content)).toEqual(["nome", "dia"]);
  });

  test.each(["{{dia}}", "$&", "$1", "\\", "{{{{nome}}}}"])(
    "%s as a value stays as it is",
    (value) => {
      expect(fillContent({ text: "<{{nome}}>" }, { nome: value, dia: "x" }).content).toEqual({
        text: `<${value}>`,
      });
    },
  );

  test.each(["constructor", "__proto__", "toString"])("%s has no value of its own", (name) => {
    expect(fillContent({ text: `{{${name}}}` }, {}).missing).toEqual([name]);
  });

  test("a value that is nothing, or too much, is the channel's to judge", () => {
    const nothing = fillContent({ text: "{{nome}}" }, { nome: "" });
    expect(nothing.content).toEqual({ text: "" });
    const much = "x".repeat(70_000);
    expect(fillContent({ text: "{{nome}}" }, { nome: much }).content).toEqual({ text: much });
  });

  test("a reply keeps its form", () => {
    const reply = { text: "{{a}}", buttons: [{ title: "{{b}}", payload: "/{{a}}" }] };
    expect(fillContent({ reply }, { a: "1", b: "Sim" }).content).toEqual({
      reply: { text: "1", buttons: [{ title: "Sim", payload: "/1" }] },
    });
  });

  test("any value comes through whole", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(fillContent({ text: "a{{x}}b" }, { x: value }).content).toEqual({
          text: `a${value}b`,
        });
      }),
    );
  });
});

describe("a rung of a route", () => {
  test.each([
    { label: "a channel alone", raw: { channel: "sms" } },
    { label: "a channel with its own words", raw: { channel: "sms", text: "Olá" } },
    {
      label: "an account and a number",
      raw: { channel: "whatsapp-2", account: "8", to: "+5561991112222" },
    },
  ])("$label is taken", ({ raw }) => {
    expect(routeRung.parse(raw)).toEqual(raw);
  });

  test("two contents are refused", () => {
    const raw = { channel: "sms", text: "Olá", template: { name: "aviso" } };
    expect(routeRung.safeParse(raw).success).toBe(false);
  });
});
