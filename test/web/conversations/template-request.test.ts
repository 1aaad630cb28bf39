import { expect, test } from "@jest/globals";
import { previewTemplate } from "../../../src/campaigns/templates/preview.ts";
import type { TemplateRow } from "../../../src/db/templates.ts";
import { showTemplate } from "../../../src/http/api/template-view.ts";
import {
  fillTemplate,
  needsOf,
} from "../../../src/web/admin/conversations/compose/template-request.ts";

const row = (
  components: TemplateRow["components"],
  parameter_format: TemplateRow["parameter_format"] = "positional",
): TemplateRow => ({
  id: "018f0000-0000-7000-8000-000000000001",
  channel: "whatsapp",
  name: "aviso",
  language: "pt_BR",
  external_id: null,
  category: "UTILITY",
  status: "APPROVED",
  quality: null,
  reason: null,
  parameter_format,
  components,
  created_at: "2026-01-05T12:00:00.000Z",
  updated_at: "2026-01-05T12:00:00.000Z",
  synced_at: null,
  gone_at: null,
});

const body = (text: string) => ({ type: "BODY", text });

test.each<[label: string, template: TemplateRow, needs: readonly string[], want: object]>([
  ["no values", row([body("Olá")]), [], {}],
  [
    "values by position",
    row([body("Olá {{1}}, dia {{2}}")]),
    ["body:1", "body:2"],
    { params: ["v body:1", "v body:2"] },
  ],
  [
    "values by name",
    row([body("Olá {{nome}}")], "named"),
    ["body:nome"],
    { params: { nome: "v body:nome" } },
  ],
  [
    "a text header and an address",
    row([
      { type: "HEADER", format: "TEXT", text: "Pedido {{1}}" },
      body("Olá {{1}}"),
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Sim" },
          { type: "URL", text: "Ver", url: "https://loja.test/{{1}}" },
        ],
      },
    ]),
    ["header:1", "body:1", "button:1"],
    {
      components: [
        { type: "header", parameters: [{ type: "text", text: "v header:1" }] },
        { type: "body", parameters: [{ type: "text", text: "v body:1" }] },
        {
          type: "button",
          sub_type: "url",
          index: "1",
          parameters: [{ type: "text", text: "v button:1" }],
        },
      ],
    },
  ],
  [
    "a file and a code",
    row([
      { type: "HEADER", format: "IMAGE" },
      body("Use o cupom"),
      { type: "BUTTONS", buttons: [{ type: "COPY_CODE", text: "Copiar" }] },
    ]),
    ["file", "button:0"],
    {
      components: [
        {
          type: "header",
          parameters: [{ type: "image", image: { link: "https://f.test/a.png" } }],
        },
        {
          type: "button",
          sub_type: "copy_code",
          index: "0",
          parameters: [{ type: "coupon_code", coupon_code: "v button:0" }],
        },
      ],
    },
  ],
])(
  "a template with %s is asked for and filled as the bridge takes it",
  (_label, stored, needs, want) => {
    const template = showTemplate(stored);
    expect(needsOf(template).map(({ id }) => id)).toStrictEqual(needs);
    const values = Object.fromEntries(
      needs.map((id) => [id, id === "file" ? "https://f.test/a.png" : `v ${id}`]),
    );
    const filled = fillTemplate(template, values);
    expect(filled).toStrictEqual(want);
    expect(previewTemplate(stored, { name: stored.name, ...filled }).problems).toStrictEqual([]);
  },
);

test("a value that is not given yet is blank and not left out", () => {
  const template = showTemplate(row([body("Olá {{1}}, dia {{2}}")]));
  expect(fillTemplate(template, { "body:1": " Ana " }, "…")).toStrictEqual({
    params: ["Ana", "…"],
  });
});

test("a template whose parts are of no known shape has no needs", () => {
  const odd = { ...row([body("Olá")]), components: [{ type: 7 }, { buttons: "none" }] };
  expect(
    needsOf({ components: odd.components, variables: { header: [], body: [], buttons: [0] } }),
  ).toHaveLength(1);
});
