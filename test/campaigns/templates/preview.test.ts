import { expect, test } from "@jest/globals";
import { previewTemplate } from "../../../src/campaigns/templates/preview.ts";
import { numberedRow } from "./row.ts";

const ROW = numberedRow(
  {
    type: "HEADER",
    format: "TEXT",
    text: "Pedido {{1}}",
    example: { header_text: ["45"] },
  },
  {
    type: "BODY",
    text: "Olá, {{1}}! É no dia {{2}}, {{1}}.",
    example: { body_text: [["Joana", "25/11"]] },
  },
  { type: "FOOTER", text: "Prefeitura" },
  {
    type: "BUTTONS",
    buttons: [
      { type: "QUICK_REPLY", text: "Confirmar" },
      { type: "URL", text: "Ver", url: "https://e.org/{{1}}", example: ["https://e.org/45"] },
      { type: "PHONE_NUMBER", text: "Ligar", phone_number: "+5561" },
    ],
  },
);
const NAME = ROW.name;

test("without values the examples show what it looks like", () => {
  expect(previewTemplate(ROW, { name: NAME })).toEqual({
    request: { name: NAME, language: "pt_BR" },
    header: { format: "TEXT", text: "Pedido 45" },
    body: "Olá, Joana! É no dia 25/11, Joana.",
    footer: "Prefeitura",
    buttons: [
      { type: "QUICK_REPLY", text: "Confirmar", url: null },
      { type: "URL", text: "Ver", url: "https://e.org/45" },
      { type: "PHONE_NUMBER", text: "Ligar", url: null },
    ],
    problems: [],
    warnings: [],
  });
});

test("values are put in their places, and none is read as a variable", () => {
  const params = ["{{2}}", "1º/12"];
  const components = [
    { type: "header", parameters: [{ type: "text", text: "77" }] },
    { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "z9" }] },
  ];
  expect(previewTemplate(ROW, { name: NAME, params, components })).toMatchObject({
    header: { text: "Pedido 77" },
    body: "Olá, {{2}}! É no dia 1º/12, {{2}}.",
    buttons: [{}, { url: "https://e.org/z9" }, {}],
    problems: [],
  });
});

test("the body as a component is put in its place too", () => {
  const parameters = [
    { type: "text", text: "Rui" },
    { type: "text", text: "hoje" },
  ];
  const components = [{ type: "body", parameters }];
  expect(previewTemplate(ROW, { name: NAME, components }).body).toBe(
    "Olá, Rui! É no dia hoje, Rui.",
  );
});

test("what is missing stays a variable and is said", () => {
  const shown = previewTemplate(ROW, { name: NAME, params: ["Joana"] });
  expect(shown.body).toBe("Olá, Joana! É no dia {{2}}, Joana.");
  expect(shown.problems).toEqual([
    "The body has 2 variables, and 1 value came.",
    "The header has 1 variable, and 0 values came.",
    "Button 2 needs a value: a component of the type button, sub_type url and index 1.",
  ]);
});

test("a template of pictures alone has no text to show", () => {
  const row = numberedRow({ type: "HEADER", format: "IMAGE" }, { type: "BODY", text: "Olá." });
  expect(previewTemplate(row, { name: NAME })).toMatchObject({
    header: { format: "IMAGE", text: null },
    footer: null,
    buttons: [],
  });
});
