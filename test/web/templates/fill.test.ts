import { describe, expect, test } from "@jest/globals";
import { checkTemplate } from "../../../src/campaigns/templates/check.ts";
import { previewTemplate } from "../../../src/campaigns/templates/preview.ts";
import type { TemplateRow } from "../../../src/db/templates.ts";
import { showTemplate } from "../../../src/http/api/template-view.ts";
import {
  contentOf,
  EMPTY_MESSAGE,
  firstValues,
  formOf,
  matchColumns,
} from "../../../src/web/admin/campaigns/wizard/message-form.ts";
import { changeOf, needsNew } from "../../../src/web/admin/campaigns/wizard/save-draft.ts";
import { readMessage } from "../../../src/web/admin/campaigns/message.ts";
import { searchTemplates } from "../../../src/web/admin/templates/all-templates.ts";
import {
  fillingOf,
  isBeyondForms,
  mediaOf,
  NO_VALUES,
  valuesOf,
} from "../../../src/web/admin/templates/fill.ts";
import { previewBubble } from "../../../src/web/admin/templates/preview-bubble.ts";
import { bodyOf, valueCount } from "../../../src/web/admin/templates/template-words.tsx";
import { TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { campaign } from "../campaigns/sample.ts";

function rowOf(change: Partial<TemplateRow>): TemplateRow {
  return {
    id: "0199c7a0-0000-7000-8000-000000000002",
    channel: "whatsapp",
    name: "aviso",
    language: "pt_BR",
    external_id: "1",
    category: "UTILITY",
    status: "APPROVED",
    quality: "GREEN",
    reason: null,
    parameter_format: "positional",
    components: [],
    created_at: "2026-11-21T10:00:00.000000Z",
    updated_at: "2026-11-21T10:00:00.000000Z",
    synced_at: null,
    gone_at: null,
    ...change,
  };
}

/** The stand-in's templates as the bridge keeps them, and those with parts that these lack. */
const ROWS: readonly TemplateRow[] = [
  ...TRIAL_TEMPLATES.slice(0, 3).map(({ name, language, parameter_format: form, components }) =>
    rowOf({
      name,
      language,
      parameter_format: form === "NAMED" ? "named" : "positional",
      components: components.map((component) => ({ ...component })),
    }),
  ),
  rowOf({
    name: "cupom",
    components: [
      { type: "HEADER", format: "IMAGE" },
      { type: "BODY", text: "Seu cupom, {{1}}." },
      { type: "BUTTONS", buttons: [{ type: "COPY_CODE", text: "Copiar", example: "ABC" }] },
    ],
  }),
  rowOf({
    name: "cabecalho",
    parameter_format: "named",
    components: [
      { type: "HEADER", format: "TEXT", text: "Pedido {{numero}} aqui" },
      { type: "BODY", text: "Chegou." },
    ],
  }),
];

const filled = (row: TemplateRow) => {
  const template = showTemplate(row);
  const { header, body, buttons } = firstValues(template);
  return {
    template,
    values: {
      header,
      body,
      buttons: Object.fromEntries(Object.keys(buttons).map((index) => [index, "ABC123"])),
      media: mediaOf(template) === undefined ? "" : "https://files.example.org/1.png",
    },
  };
};

describe.each(ROWS.map((row) => ({ label: `${row.name} ${row.language}`, row })))(
  "a form filled for $label",
  ({ row }) => {
    const { template, values } = filled(row);
    const filling = fillingOf(template, values);

    test("is what the server's own checks take", () => {
      expect(checkTemplate(row, { name: row.name, ...filling }).problems).toEqual([]);
    });

    test("comes back from what was written", () => {
      expect(valuesOf(template, filling)).toEqual(values);
    });

    test("has one control for each value", () => {
      const texts = [values.header, values.body, values.buttons].flatMap(Object.values);
      expect(valueCount(template)).toBe(texts.length + (values.media === "" ? 0 : 1));
      expect(isBeyondForms(template)).toBe(false);
    });
  },
);

test("a part that no form fills is said", () => {
  const carousel = rowOf({ components: [{ type: "CAROUSEL", cards: [] }] });
  const place = rowOf({ components: [{ type: "HEADER", format: "LOCATION" }] });
  expect([carousel, place].map((row) => isBeyondForms(showTemplate(row)))).toEqual([true, true]);
});

test("what a program wrote otherwise is left empty and not made up", () => {
  const template = showTemplate(ROWS[2] ?? rowOf({}));
  const odd = readMessage({
    template: { name: "x", params: [{ type: "currency" }], components: [{ type: "button" }] },
  });
  const filling = odd.kind === "template" ? odd.filling : {};
  expect(valuesOf(template, filling)).toMatchObject({ body: { "1": "", "2": "" } });
});

test("a preview becomes a bubble, its links shown and its picture not loaded", () => {
  const [, , appointment, coupon] = ROWS;
  const bubble = previewBubble(previewTemplate(appointment ?? rowOf({}), { name: "x" }), "x");
  expect(bubble).toMatchObject({
    text: "Olá, Joana! Sua consulta é no dia 25/11. Até lá.",
    buttons: [{ title: "Confirmar", source: "template_button" }],
    links: [{ title: "Remarcar", target: "https://agenda.example.org/abc123" }],
    template: "x",
  });
  const picture = previewBubble(previewTemplate(coupon ?? rowOf({}), { name: "x" }), "x");
  expect(picture.media).toEqual({ kind: "image" });
});

describe("values and columns", () => {
  test("find each other by letters, and what was typed stays", () => {
    const values = {
      ...NO_VALUES,
      body: {
        a: "{{Código}}",
        b: "{{codigo}}",
        c: "fixo {{x}}",
        d: "{{lost}}",
        nome: "{{fulano}}",
      },
    };
    expect(matchColumns(values, ["Código", "Nome"]).body).toEqual({
      a: "{{Código}}",
      b: "{{Código}}",
      c: "fixo {{x}}",
      d: "{{lost}}",
      nome: "{{Nome}}",
    });
  });

  test("of two that differ in case alone are not taken for each other", () => {
    const values = { ...NO_VALUES, body: { a: "{{Valor}}" } };
    expect(matchColumns(values, ["valor", "Valor"]).body).toEqual({ a: "{{Valor}}" });
  });

  test("are read from a draft and written back unchanged", () => {
    const template = showTemplate(ROWS[0] ?? rowOf({}));
    const form = formOf(campaign, template);
    expect(contentOf(form)).toEqual(campaign.message);
    expect(changeOf(campaign, form)).toBeUndefined();
    expect(needsNew(campaign, form)).toBe(false);
    expect(needsNew(campaign, { ...form, channel: "other" })).toBe(true);
    expect(changeOf(campaign, { ...form, name: "Outro" })).toEqual({ name: "Outro" });
  });

  test("of a program's message are left as they are", () => {
    const reply = { ...campaign, message: { reply: { text: "Oi", image: "https://a.test" } } };
    expect(changeOf(reply, { ...formOf(reply, undefined), text: "Olá" })).toBeUndefined();
    expect(contentOf(EMPTY_MESSAGE)).toEqual({});
  });
});

test("templates are found by every word, whatever its case and accents", () => {
  const rows = ROWS.map(showTemplate);
  const names = (words: string) => searchTemplates(rows, words, bodyOf).map(({ name }) => name);
  expect(names("CONSULTA olá")).toEqual(["aviso_consulta"]);
  expect(names("po_notification en")).toEqual(["po_notification"]);
  expect(names("  ")).toHaveLength(ROWS.length);
  expect(names("nada disso")).toEqual([]);
});
