import type { GraphTemplate } from "./graph-template-rules.ts";

/** The business account of the trial. */
export const TRIAL_BUSINESS_ACCOUNT = "900000000000001";

const FIRST_ID = 1_700_000_000_000_000;

/** Templates that are there so that a list of them has pages. */
const OTHERS = 120;

type Draft = Omit<GraphTemplate, "id" | "parameter_format"> & Partial<GraphTemplate>;

const approved = {
  status: "APPROVED",
  category: "UTILITY",
  quality_score: { score: "GREEN" },
} as const;

const order = (named: readonly [string, string, string]) => ({
  body_text_named_params: [
    { param_name: "supplier_name", example: named[0] },
    { param_name: "po_number", example: named[1] },
    { param_name: "total_amount", example: named[2] },
  ],
});

const DRAFTS: readonly Draft[] = [
  {
    ...approved,
    name: "po_notification",
    language: "pt_BR",
    parameter_format: "NAMED",
    components: [
      { type: "HEADER", format: "TEXT", text: "Pedido de compra aprovado" },
      {
        type: "BODY",
        text: "Olá, {{supplier_name}}! O pedido {{po_number}}, no valor de {{total_amount}}, foi aprovado. Obrigado.",
        example: order(["Papelaria Central", "4500012345", "R$ 1.250,00"]),
      },
      { type: "FOOTER", text: "Responda PARAR para não receber avisos." },
    ],
  },
  {
    ...approved,
    name: "po_notification",
    language: "en",
    parameter_format: "NAMED",
    components: [
      { type: "HEADER", format: "TEXT", text: "Purchase order approved" },
      {
        type: "BODY",
        text: "Hello, {{supplier_name}}! Order {{po_number}}, worth {{total_amount}}, was approved. Thank you.",
        example: order(["Central Stationery", "4500012345", "BRL 1,250.00"]),
      },
      { type: "FOOTER", text: "Reply STOP to get no more of these." },
    ],
  },
  {
    ...approved,
    name: "aviso_consulta",
    language: "pt_BR",
    components: [
      {
        type: "BODY",
        text: "Olá, {{1}}! Sua consulta é no dia {{2}}. Até lá.",
        example: { body_text: [["Joana", "25/11"]] },
      },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Confirmar" },
          {
            type: "URL",
            text: "Remarcar",
            url: "https://agenda.example.org/{{1}}",
            example: ["https://agenda.example.org/abc123"],
          },
        ],
      },
    ],
  },
  {
    ...approved,
    name: "oferta_semanal",
    language: "pt_BR",
    status: "PAUSED",
    category: "MARKETING",
    quality_score: { score: "RED" },
    components: [{ type: "BODY", text: "Veja as ofertas desta semana na nossa loja." }],
  },
  ...Array.from({ length: OTHERS }, (_, index) => ({
    ...approved,
    name: `informe_${String(index + 1).padStart(3, "0")}`,
    language: "pt_BR",
    components: [{ type: "BODY", text: `Informe número ${index + 1} da prefeitura.` }],
  })),
];

/** A few templates as an organisation has them, and many more, so that they are listed in pages. */
export const TRIAL_TEMPLATES: readonly GraphTemplate[] = DRAFTS.map((draft, index) => ({
  parameter_format: "POSITIONAL",
  ...draft,
  id: String(FIRST_ID + index),
}));
