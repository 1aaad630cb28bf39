import { z } from "zod";
import { refuse, type Refusal } from "./graph-rules.ts";

/** A template as the stand-in keeps it. */
export interface GraphTemplate {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  status: string;
  category: string;
  readonly parameter_format: "POSITIONAL" | "NAMED";
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly quality_score?: { readonly score: string };
  readonly rejected_reason?: string;
}

const VARIABLE = /\{\{([a-z0-9_]+)\}\}/g;

const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name ?? "")),
];

const namedExamples = z.array(z.strictObject({ param_name: z.string(), example: z.string() }));

const header = z.discriminatedUnion("format", [
  z.strictObject({
    type: z.literal("HEADER"),
    format: z.literal("TEXT"),
    text: z.string().min(1).max(60),
    example: z
      .strictObject({
        header_text: z.array(z.string()).length(1).optional(),
        header_text_named_params: namedExamples.length(1).optional(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("HEADER"),
    format: z.enum(["IMAGE", "VIDEO", "DOCUMENT"]),
    example: z.strictObject({ header_handle: z.array(z.string().min(1)).length(1) }),
  }),
  z.strictObject({ type: z.literal("HEADER"), format: z.literal("LOCATION") }),
]);

const body = z.strictObject({
  type: z.literal("BODY"),
  text: z.string().min(1).max(1024),
  example: z
    .strictObject({
      body_text: z.tuple([z.array(z.string().min(1))]).optional(),
      body_text_named_params: namedExamples.optional(),
    })
    .optional(),
});

const footer = z.strictObject({ type: z.literal("FOOTER"), text: z.string().min(1).max(60) });

const label = z.string().min(1).max(25);

const button = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("QUICK_REPLY"), text: label }),
  z.strictObject({
    type: z.literal("URL"),
    text: label,
    url: z.string().max(2000).startsWith("https://"),
    example: z.array(z.string()).length(1).optional(),
  }),
  z.strictObject({
    type: z.literal("PHONE_NUMBER"),
    text: label,
    phone_number: z.string().max(20),
  }),
  z.strictObject({ type: z.literal("COPY_CODE"), example: z.string().max(15) }),
]);

const buttons = z.strictObject({
  type: z.literal("BUTTONS"),
  buttons: z.array(button).min(1).max(10),
});

const createSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  category: z.enum(["AUTHENTICATION", "MARKETING", "UTILITY"]),
  parameter_format: z.enum(["POSITIONAL", "NAMED"]),
  components: z.array(z.union([header, body, footer, buttons])).min(1),
});

export type NewTemplate = z.output<typeof createSchema>;

/** A refusal with the code that says what is wrong with a template. Source: Cloud API reference, error codes. */
const invalid = (subcode: number, details: string): Refusal => ({
  ...refuse(400, 100, "Invalid parameter", details),
  subcode,
});

/** Checks a template to be made as strictly as the provider's documents allow. */
export function checkNewTemplate(
  raw: unknown,
  known: readonly GraphTemplate[],
): NewTemplate | Refusal {
  const parsed = createSchema.safeParse(raw);
  if (!parsed.success)
    return refuse(400, 100, "(#100) Invalid parameter", z.prettifyError(parsed.error));
  const { name, language, components, parameter_format: format } = parsed.data;
  if (known.some((one) => one.name === name && one.language === language))
    return invalid(2388024, "Content in this language already exists");
  const main = components.find((one) => one.type === "BODY");
  if (main === undefined) return invalid(2388047, "The body is missing");
  if (/^\s*\{\{|\}\}\s*$/.test(main.text))
    return invalid(2388299, "Variables can't be at the start or end of the template");
  const variables = variablesIn(main.text);
  const isNumbered = variables.every((one, index) => one === String(index + 1));
  if (format === "POSITIONAL" && !isNumbered) return invalid(2388073, "Variables are not in order");
  const { body_text: numbered, body_text_named_params: named } = main.example ?? {};
  const examples = format === "NAMED" ? named?.map((one) => one.param_name) : numbered?.[0];
  if ((examples ?? []).length !== variables.length)
    return invalid(2388043, "Message template is missing expected field(s) (example)");
  return parsed.data;
}

const sentSchema = z.object({
  type: z.literal("template"),
  template: z.object({
    name: z.string(),
    language: z.object({ code: z.string() }),
    components: z
      .array(
        z.looseObject({
          type: z.string(),
          index: z.string().optional(),
          parameters: z.array(z.looseObject({ parameter_name: z.string().optional() })).default([]),
        }),
      )
      .default([]),
  }),
});

/** Checks a message made from a template against the templates there are; anything else passes. */
export function checkSentTemplate(
  payload: unknown,
  known: readonly GraphTemplate[],
): Refusal | undefined {
  const sent = sentSchema.safeParse(payload).data?.template;
  if (sent === undefined || known.length === 0) return undefined;
  const found = known.find((one) => one.name === sent.name && one.language === sent.language.code);
  if (found === undefined || ["PENDING", "REJECTED", "DELETED"].includes(found.status))
    return refuse(404, 132001, "(#132001) Template name does not exist in the translation");
  if (found.status === "PAUSED") return refuse(400, 132015, "(#132015) Template is paused");
  if (found.status === "DISABLED") return refuse(400, 132016, "(#132016) Template is disabled");
  for (const part of ["HEADER", "BODY"]) {
    const problem = checkPart(part, found, sent.components);
    if (problem !== undefined) return problem;
  }
  return checkButtons(found, sent.components);
}

type Sent = z.output<typeof sentSchema>["template"]["components"];

const component = z.looseObject({
  type: z.string(),
  format: z.string().default("TEXT"),
  text: z.string().default(""),
});

function checkPart(part: string, found: GraphTemplate, sent: Sent): Refusal | undefined {
  const own = found.components.map((one) => component.parse(one)).find(({ type }) => type === part);
  const given = sent.find(({ type }) => type === part.toLowerCase())?.parameters ?? [];
  const format = own?.format ?? "TEXT";
  const variables = format === "TEXT" ? variablesIn(own?.text ?? "") : [format];
  if (given.length !== variables.length) {
    const details = `${part.toLowerCase()}: number of localizable_params (${given.length}) does not match the expected number of params (${variables.length})`;
    return refuse(400, 132000, "(#132000) Number of parameters does not match", details);
  }
  if (format !== "TEXT" && given.some((one) => one["type"] !== format.toLowerCase()))
    return refuse(400, 132012, "(#132012) Parameter format does not match");
  if (found.parameter_format !== "NAMED" || format !== "TEXT") return undefined;
  const names = given.map((one) => one.parameter_name ?? "");
  return variables.every((name) => names.includes(name))
    ? undefined
    : refuse(400, 100, "(#100) Invalid parameter", "Parameter name is missing or empty");
}

const buttonList = z.looseObject({
  buttons: z.array(z.looseObject({ type: z.string(), url: z.string().default("") })),
});

function checkButtons(found: GraphTemplate, sent: Sent): Refusal | undefined {
  const all = found.components.flatMap((one) => buttonList.safeParse(one).data?.buttons ?? []);
  for (const [index, { type, url }] of all.entries()) {
    const needed = type === "COPY_CODE" || (type === "URL" && variablesIn(url).length > 0);
    const given = sent.find((one) => one.type === "button" && one.index === String(index));
    if (needed && (given?.parameters.length ?? 0) !== 1) {
      const details = `buttons: Button at index ${index} of type ${type} requires a parameter`;
      return refuse(400, 131008, "(#131008) Required parameter is missing", details);
    }
  }
  return undefined;
}
