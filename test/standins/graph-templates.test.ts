import { describe, expect, test } from "@jest/globals";
import { checkNewTemplate, checkSentTemplate, type GraphTemplate } from "./graph-template-rules.ts";
import { TRIAL_TEMPLATES } from "./trial-templates.ts";

const text = (value: string, name?: string) => ({
  type: "text",
  text: value,
  ...(name !== undefined && { parameter_name: name }),
});
const order = [text("a", "supplier_name"), text("b", "po_number"), text("c", "total_amount")];
const sent = (name: string, components: readonly object[], code = "pt_BR") => ({
  type: "template",
  template: { name, language: { code }, components },
});
const body = (parameters: readonly object[]) => ({ type: "body", parameters });
const link = { type: "button", sub_type: "url", index: "1", parameters: [text("x")] };

const picture: GraphTemplate = {
  id: "1",
  name: "foto",
  language: "pt_BR",
  status: "APPROVED",
  category: "UTILITY",
  parameter_format: "POSITIONAL",
  components: [
    { type: "HEADER", format: "IMAGE" },
    { type: "BODY", text: "Olá." },
  ],
};
const image = { type: "header", parameters: [{ type: "image", image: { id: "1" } }] };

describe("a message made from a template", () => {
  test.each([
    { label: "named values", payload: sent("po_notification", [body(order)]) },
    {
      label: "numbered values and a link",
      payload: sent("aviso_consulta", [body([text("a"), text("b")]), link]),
    },
    { label: "no values", payload: sent("informe_001", []) },
    { label: "a picture", payload: sent("foto", [image]) },
    { label: "no template at all", payload: { type: "text", text: { body: "Olá" } } },
  ])("$label passes", ({ payload }) => {
    expect(checkSentTemplate(payload, [...TRIAL_TEMPLATES, picture])).toBeUndefined();
  });

  test.each([
    { label: "an unknown name", payload: sent("xyz", []), code: 132001 },
    {
      label: "another language",
      payload: sent("po_notification", [body(order)], "pt"),
      code: 132001,
    },
    { label: "a paused one", payload: sent("oferta_semanal", []), code: 132015 },
    {
      label: "too few values",
      payload: sent("po_notification", [body(order.slice(1))]),
      code: 132000,
    },
    { label: "no values", payload: sent("po_notification", []), code: 132000 },
    {
      label: "values without names",
      payload: sent("po_notification", [body([text("a"), text("b"), text("c")])]),
      code: 100,
    },
    {
      label: "no link",
      payload: sent("aviso_consulta", [body([text("a"), text("b")])]),
      code: 131008,
    },
    { label: "no picture", payload: sent("foto", []), code: 132000 },
    {
      label: "a text for a picture",
      payload: sent("foto", [{ type: "header", parameters: [text("x")] }]),
      code: 132012,
    },
  ])("$label is refused with $code", ({ payload, code }) => {
    expect(checkSentTemplate(payload, [...TRIAL_TEMPLATES, picture])?.code).toBe(code);
  });

  test("nothing is checked where no templates are kept", () => {
    expect(checkSentTemplate(sent("xyz", []), [])).toBeUndefined();
  });
});

describe("a template to be made", () => {
  const draft = {
    name: "aviso",
    language: "pt_BR",
    category: "UTILITY",
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: "Olá, {{1}}!", example: { body_text: [["Joana"]] } }],
  };
  const check = (changes: object) => checkNewTemplate({ ...draft, ...changes }, TRIAL_TEMPLATES);

  test("a good one passes", () => {
    expect(check({})).toEqual(draft);
  });

  test.each([
    { label: "a name in use", changes: { name: "po_notification" }, subcode: 2388024 },
    {
      label: "a variable at the end",
      changes: {
        components: [{ type: "BODY", text: "Olá {{1}}", example: { body_text: [["a"]] } }],
      },
      subcode: 2388299,
    },
    {
      label: "no example",
      changes: { components: [{ type: "BODY", text: "Olá, {{1}}!" }] },
      subcode: 2388043,
    },
    {
      label: "no body",
      changes: { components: [{ type: "FOOTER", text: "x" }] },
      subcode: 2388047,
    },
    { label: "no format", changes: { parameter_format: undefined }, subcode: undefined },
    { label: "a field that is not known", changes: { x: 1 }, subcode: undefined },
  ])("$label is refused", ({ changes, subcode }) => {
    expect(check(changes)).toMatchObject({ kind: "refusal", code: 100 });
    expect("kind" in check(changes) && check(changes)).toEqual(
      subcode === undefined
        ? expect.not.objectContaining({ subcode: 0 })
        : expect.objectContaining({ subcode }),
    );
  });
});
