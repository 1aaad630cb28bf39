import { describe, expect, test } from "@jest/globals";
import { checkTemplate } from "../../../src/campaigns/templates/check.ts";
import type { TemplateRow } from "../../../src/db/templates.ts";
import type { TemplateRequest } from "../../../src/send-content.ts";
import { body, numberedRow, rowWith } from "./row.ts";

const NAMED = { supplier_name: "Papelaria", po_number: "45", total_amount: "R$ 1.250,00" };
const TWO = body("Olá, {{1}}! Sua consulta é no dia {{2}}. Até lá.");

interface Case {
  readonly label: string;
  readonly row: TemplateRow;
  readonly params?: TemplateRequest["params"];
  readonly components?: TemplateRequest["components"];
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
}

function check({ row, params, components }: Case) {
  const given = {
    ...(params !== undefined && { params }),
    ...(components !== undefined && { components }),
  };
  return checkTemplate(row, { name: row.name, ...given });
}

const bodyOf = (...parameters: readonly unknown[]) => ({ type: "body", parameters });

const CASES: readonly Case[] = [
  { label: "named values are all there", row: rowWith(), params: NAMED },
  { label: "numbered values are all there", row: numberedRow(TWO), params: ["Joana", "25/11"] },
  {
    label: "a template without variables needs nothing",
    row: numberedRow(body("Veja as ofertas.")),
  },
  {
    label: "numbered variables may be given by their numbers",
    row: numberedRow(TWO),
    params: { 2: "25/11", 1: "Joana" },
  },
  {
    label: "a variable that stands twice is one",
    row: numberedRow(body("{{1}} e {{1}} e {{2}}.")),
    params: ["a", "b"],
  },
  {
    label: "one value too few",
    row: numberedRow(TWO),
    params: ["Joana"],
    problems: ["The body has 2 variables, and 1 value came."],
  },
  {
    label: "one value too many",
    row: numberedRow(TWO),
    params: ["Joana", "25/11", "x"],
    problems: ["The body has 2 variables, and 3 values came."],
  },
  {
    label: "no value at all, by name",
    row: rowWith(),
    problems: ["The body needs 3 values: supplier_name, po_number and total_amount."],
  },
  {
    label: "no value at all, by number",
    row: numberedRow(TWO),
    params: [],
    problems: ["The body needs 2 values."],
  },
  {
    label: "values in order for named variables",
    row: rowWith(),
    params: ["Papelaria", "45", "R$ 1"],
    problems: [
      "The body's variables have names: give supplier_name, po_number and total_amount by name, not in order.",
    ],
  },
  {
    label: "values by name for numbered variables",
    row: numberedRow(TWO),
    params: { nome: "Joana", dia: "25/11" },
    problems: ["The body's variables have numbers, not names: give 2 values in order."],
  },
  {
    label: "a name that is nearly right",
    row: rowWith(),
    params: { supplier_name: "x", po_numbr: "45", total_amount: "1" },
    problems: [
      "The body's variable po_number has no value.",
      "The body has no variable po_numbr. Did you mean po_number?",
    ],
  },
  {
    label: "a name that only JavaScript knows",
    row: rowWith({ components: [body("Olá, {{constructor}}.")] }),
    params: { other: "x" },
    problems: ["The body's variable constructor has no value.", "The body has no variable other."],
  },
  {
    label: "an empty value",
    row: numberedRow(TWO),
    params: [" \n ", "25/11"],
    problems: ["Value 1 of the body is empty, which the provider refuses."],
  },
  {
    label: "line breaks, tabs and wide gaps are collapsed later",
    row: rowWith(),
    params: { supplier_name: "a\nb", po_number: "a\tb", total_amount: "a     b" },
    warnings: [
      "The value of supplier_name has line breaks, tabs or wide gaps, which become single spaces.",
      "The value of po_number has line breaks, tabs or wide gaps, which become single spaces.",
      "The value of total_amount has line breaks, tabs or wide gaps, which become single spaces.",
    ],
  },
  {
    label: "four spaces are fine",
    row: numberedRow(TWO),
    params: ["a    b", "25/11"],
  },
  {
    label: "a value at the limit",
    row: numberedRow(TWO),
    params: ["x".repeat(1024), "25/11"],
  },
  {
    label: "a value past the limit is cut later",
    row: numberedRow(TWO),
    params: ["x".repeat(1025), "25/11"],
    warnings: ["Value 1 of the body has 1025 characters and is cut after 1024."],
  },
  {
    label: "a picture where a text belongs",
    row: numberedRow(TWO),
    params: [{ type: "image", image: { link: "https://e.org/a.png" } }, "25/11"],
    problems: ["Value 1 of the body is no text."],
  },
  {
    label: "a text without its text",
    row: numberedRow(TWO),
    params: [{ type: "text" }, "25/11"],
    problems: ["Value 1 of the body has no text."],
  },
  {
    label: "an amount of money in a text",
    row: numberedRow(TWO),
    params: ["Joana", { type: "currency", currency: { code: "BRL" } }],
  },
  {
    label: "the body as a component",
    row: numberedRow(TWO),
    components: [bodyOf({ type: "text", text: "a" }, { type: "text", text: "b" })],
  },
  {
    label: "the body as a component, with a value missing",
    row: numberedRow(TWO),
    components: [bodyOf({ type: "text", text: "a" })],
    problems: ["The body has 2 variables, and 1 value came."],
  },
  {
    label: "the body as a component, without the names",
    row: rowWith({ components: [body("Olá, {{nome}}.")] }),
    components: [bodyOf({ type: "text", text: "a" })],
    problems: ["The body needs values with the parameter_name nome."],
  },
  {
    label: "the body as a component, with names for numbers",
    row: numberedRow(body("Olá, {{1}}.")),
    components: [bodyOf({ type: "text", text: "a", parameter_name: "nome" })],
    problems: ["The body's variables have numbers: its values must have no parameter_name."],
  },
  {
    label: "the body twice",
    row: numberedRow(body("Olá, {{1}}.")),
    params: ["a"],
    components: [bodyOf({ type: "text", text: "a" })],
    problems: ["The values of the body are given twice: in params and as a component."],
  },
];

describe("values of the body", () => {
  test.each(CASES)("$label", (given) => {
    const { problems, warnings } = check(given);
    expect({ problems, warnings }).toEqual({
      problems: given.problems ?? [],
      warnings: given.warnings ?? [],
    });
  });
});

const textHeader = { type: "HEADER", format: "TEXT", text: "Pedido {{1}}" };
const header = (...parameters: readonly unknown[]) => ({ type: "header", parameters });
const buttons = (...all: readonly object[]) => ({ type: "BUTTONS", buttons: all });
const link = { type: "URL", text: "Ver", url: "https://e.org/{{1}}" };
const button = (index: string | number, subType: string, ...parameters: readonly unknown[]) => ({
  type: "button",
  sub_type: subType,
  index,
  parameters,
});
const plain = body("Olá.");

const PARTS: readonly Case[] = [
  {
    label: "a header with its value",
    row: numberedRow(textHeader, plain),
    components: [header({ type: "text", text: "45" })],
  },
  {
    label: "a header without its value",
    row: numberedRow(textHeader, plain),
    problems: ["The header has 1 variable, and 0 values came."],
  },
  {
    label: "a header's value that is too long",
    row: numberedRow(textHeader, plain),
    components: [header({ type: "text", text: "x".repeat(61) })],
    warnings: ["Value 1 of the header has 61 characters and is cut after 60."],
  },
  {
    label: "a value for a header that there is not",
    row: numberedRow(plain),
    components: [header({ type: "text", text: "45" })],
    problems: ["The template has no header to fill."],
  },
  {
    label: "a picture header without its picture",
    row: numberedRow({ type: "HEADER", format: "IMAGE" }, plain),
    problems: ["The header needs one image, as a component of the type header."],
  },
  {
    label: "a picture header with a video",
    row: numberedRow({ type: "HEADER", format: "IMAGE" }, plain),
    components: [header({ type: "video", video: { id: "1" } })],
    problems: ["The header needs one image, as a component of the type header."],
  },
  {
    label: "a document header with its document",
    row: numberedRow({ type: "header", format: "document" }, plain),
    components: [header({ type: "document", document: { id: "1" } })],
  },
  {
    label: "a link with its value",
    row: numberedRow(plain, buttons({ type: "QUICK_REPLY", text: "Ok" }, link)),
    components: [button("1", "url", { type: "text", text: "45" })],
  },
  {
    label: "a link without its value, which counts too",
    row: numberedRow(plain, buttons({ type: "QUICK_REPLY", text: "Ok" }, link)),
    problems: ["Button 2 needs a value: a component of the type button, sub_type url and index 1."],
  },
  {
    label: "a link's value at another button",
    row: numberedRow(plain, buttons({ type: "QUICK_REPLY", text: "Ok" }, link)),
    components: [button(0, "url", { type: "text", text: "45" })],
    problems: [
      "Button 2 needs a value: a component of the type button, sub_type url and index 1.",
      "Button 1 is of the sub_type quick_reply, not url.",
    ],
  },
  {
    label: "a link's value of the wrong type",
    row: numberedRow(plain, buttons(link)),
    components: [button("0", "url", { type: "payload", payload: "x" })],
    problems: ["Button 1 needs one value of the type text."],
  },
  {
    label: "an empty link's value",
    row: numberedRow(plain, buttons(link)),
    components: [button("0", "url", { type: "text", text: "" })],
    problems: ["The value of button 1 is empty, which the provider refuses."],
  },
  {
    label: "a fixed link takes no value",
    row: numberedRow(plain, buttons({ ...link, url: "https://e.org/" })),
    components: [button("0", "url", { type: "text", text: "45" })],
    problems: ["Button 1 has a fixed link, which takes no value."],
  },
  {
    label: "a button that there is not",
    row: numberedRow(plain, buttons({ type: "QUICK_REPLY", text: "Ok" })),
    components: [button("3", "quick_reply", { type: "payload", payload: "x" })],
    problems: ["The template has 1 button: none has the index 3."],
  },
  {
    label: "a quick reply may be without a payload",
    row: numberedRow(plain, buttons({ type: "QUICK_REPLY", text: "Ok" })),
  },
  {
    label: "a code to copy",
    row: numberedRow(plain, buttons({ type: "COPY_CODE", example: "NATAL10" })),
    components: [button("0", "copy_code", { type: "coupon_code", coupon_code: "NATAL10" })],
  },
  {
    label: "a code to copy that is missing",
    row: numberedRow(plain, buttons({ type: "COPY_CODE", example: "NATAL10" })),
    problems: [
      "Button 1 needs a value: a component of the type button, sub_type copy_code and index 0.",
    ],
  },
  {
    label: "what is not understood is told",
    row: numberedRow(plain, { type: "CAROUSEL", cards: [] }),
    components: [{ type: "carousel", cards: [] }],
    warnings: [
      "A component of the kind carousel is not checked.",
      "The template's carousel component is not checked.",
    ],
  },
  {
    label: "components of any shape are survived",
    row: rowWith({
      parameter_format: "positional",
      components: [{}, { type: 5 }, { type: "BODY", text: 7, example: "x" }, { type: "BUTTONS" }],
    }),
    components: [{}, { type: "button", index: "x", parameters: 3 }],
    problems: ["The template has 0 buttons: none has the index -1."],
    warnings: [
      "The template's unknown component is not checked.",
      "The template's unknown component is not checked.",
    ],
  },
];

describe("header and buttons", () => {
  test.each(PARTS)("$label", (given) => {
    const { problems, warnings } = check(given);
    expect({ problems, warnings }).toEqual({
      problems: given.problems ?? [],
      warnings: given.warnings ?? [],
    });
  });
});

describe("the state of a template", () => {
  test.each([
    { status: "APPROVED", problems: 0, warnings: 0 },
    { status: "FLAGGED", problems: 0, warnings: 1 },
    { status: "REINSTATED", problems: 0, warnings: 1 },
    ...["PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "ARCHIVED", "LOCKED", "X"].map(
      (status) => ({ status, problems: 1, warnings: 0 }),
    ),
  ])("$status", ({ status, problems, warnings }) => {
    const found = checkTemplate(rowWith({ status }), { name: "po_notification", params: NAMED });
    expect([found.problems.length, found.warnings.length]).toEqual([problems, warnings]);
  });

  test("says why it was rejected", () => {
    const row = rowWith({ status: "REJECTED", reason: "INVALID_FORMAT" });
    expect(checkTemplate(row, { name: row.name, params: NAMED }).problems).toEqual([
      "The template po_notification (pt_BR) is REJECTED (INVALID_FORMAT): only approved templates are sent.",
    ]);
  });

  test("a template that is gone is refused, whatever its state", () => {
    const row = rowWith({ gone_at: "2026-11-21T10:00:00.000000Z" });
    expect(checkTemplate(row, { name: row.name, params: NAMED }).problems).toEqual([
      "The template po_notification (pt_BR) exists at the provider no longer.",
    ]);
  });

  test("a low quality is a warning", () => {
    const row = rowWith({ quality: "RED" });
    const { problems, warnings } = checkTemplate(row, { name: row.name, params: NAMED });
    expect([problems, warnings.length]).toEqual([[], 1]);
  });
});

describe("what is sent", () => {
  test("named values come in the order of the text", () => {
    const params = { total_amount: "1", supplier_name: "a", po_number: "2" };
    const { request } = checkTemplate(rowWith(), { name: "po_notification", params });
    expect(request).toEqual({ name: "po_notification", language: "pt_BR", params });
    expect(Object.keys(request.params ?? {})).toEqual([
      "supplier_name",
      "po_number",
      "total_amount",
    ]);
  });

  test("values under their numbers become a list", () => {
    const params = { 2: "25/11", 1: "Joana" };
    const { request } = checkTemplate(numberedRow(TWO), { name: "aviso_consulta", params });
    expect(request.params).toEqual(["Joana", "25/11"]);
  });

  test("no value is repeated in a finding", () => {
    const secret = "Maria\nda Silva".repeat(100);
    const { problems, warnings } = checkTemplate(numberedRow(TWO), {
      name: "aviso_consulta",
      params: [secret, ""],
    });
    expect(JSON.stringify([problems, warnings])).not.toContain("Maria");
  });
});
