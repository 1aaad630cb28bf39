import { z } from "zod";
import type { Cache } from "../cache/cache.ts";

/** A template in WhatsApp's words. */
export interface SampleTemplate {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly parameter_format: "POSITIONAL" | "NAMED";
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

/** The templates of one line: the samples, and those that were made there. */
export interface TemplateShelf {
  readonly list: () => Promise<readonly SampleTemplate[]>;
  /** Undefined where there is none of this name, in this language where one is given. */
  readonly find: (name: string, language?: string) => Promise<SampleTemplate | undefined>;
  readonly add: (template: SampleTemplate) => Promise<void>;
  /** Whether there was one to remove; the samples stay. */
  readonly remove: (name: string) => Promise<boolean>;
}

/** The templates that every simulated line begins with. */
export const SAMPLE_TEMPLATES: readonly SampleTemplate[] = [
  {
    id: "7000000000000001",
    name: "pedido_enviado",
    language: "pt_BR",
    status: "APPROVED",
    category: "UTILITY",
    parameter_format: "NAMED",
    components: [
      {
        type: "BODY",
        text: "Olá, {{nome}}! O pedido {{pedido}} saiu para entrega e chega hoje.",
        example: {
          body_text_named_params: [
            { param_name: "nome", example: "Joana" },
            { param_name: "pedido", example: "A-204" },
          ],
        },
      },
    ],
  },
  {
    id: "7000000000000002",
    name: "appointment_reminder",
    language: "en",
    status: "APPROVED",
    category: "UTILITY",
    parameter_format: "POSITIONAL",
    components: [
      {
        type: "BODY",
        text: "Hello, {{1}}! Your appointment is on {{2}}. Will you come?",
        example: { body_text: [["Joana", "25 November"]] },
      },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "I will come" },
          { type: "QUICK_REPLY", text: "Another day" },
        ],
      },
    ],
  },
  {
    id: "7000000000000003",
    name: "oferta_da_semana",
    language: "pt_BR",
    status: "APPROVED",
    category: "MARKETING",
    parameter_format: "POSITIONAL",
    components: [
      { type: "HEADER", format: "TEXT", text: "Ofertas da semana" },
      {
        type: "BODY",
        text: "Oi, {{1}}! Nesta semana tudo da seção de livros está com 20% de desconto.",
        example: { body_text: [["Joana"]] },
      },
      { type: "FOOTER", text: "Responda PARAR para não receber ofertas." },
    ],
  },
  {
    id: "7000000000000004",
    name: "invoice_ready",
    language: "en",
    status: "APPROVED",
    category: "UTILITY",
    parameter_format: "POSITIONAL",
    components: [
      { type: "BODY", text: "Your invoice of this month is ready. Open it below." },
      {
        type: "BUTTONS",
        buttons: [{ type: "URL", text: "Open invoice", url: "https://example.org/invoice" }],
      },
    ],
  },
  {
    id: "7000000000000005",
    name: "pesquisa_satisfacao",
    language: "pt_BR",
    status: "PAUSED",
    category: "MARKETING",
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: "Conte em uma nota de 0 a 10 como foi o atendimento." }],
  },
];

/** How long a made template stays, milliseconds; how many there may be. */
const MADE_MS = 24 * 3_600_000;
const MOST_MADE = 50;

const madeSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    status: z.string(),
    category: z.string(),
    parameter_format: z.enum(["POSITIONAL", "NAMED"]),
    components: z.array(z.record(z.string(), z.unknown())),
  }),
);

/** Builds the shelf of a line. What is made there is approved by the time it is listed. */
export function createShelf(cache: Pick<Cache, "get" | "set">, line: string): TemplateShelf {
  const key = `simulator:templates:${line}`;
  const readMade = async (): Promise<readonly SampleTemplate[]> => {
    const text = await cache.get(key);
    return text === undefined ? [] : (madeSchema.safeParse(JSON.parse(text)).data ?? []);
  };
  const write = (made: readonly SampleTemplate[]) =>
    cache.set(key, JSON.stringify(made.slice(-MOST_MADE)), MADE_MS);
  const list = async () => [...SAMPLE_TEMPLATES, ...(await readMade())];
  return {
    list,
    find: async (name, language) =>
      (await list()).find(
        (one) => one.name === name && (language === undefined || one.language === language),
      ),
    add: async (template) => write([...(await readMade()), template]),
    remove: async (name) => {
      const made = await readMade();
      const left = made.filter((one) => one.name !== name);
      if (left.length < made.length) await write(left);
      return left.length < made.length;
    },
  };
}
