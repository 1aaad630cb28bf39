import { z } from "zod";
import type { TemplateRow } from "../../db/templates.ts";

/** What of a template can be filled, read from the provider's components. */
export interface TemplateShape {
  readonly header: TemplateHeader | undefined;
  /** "" where there is none. */
  readonly body: TemplateText;
  readonly footer: string | undefined;
  readonly buttons: readonly TemplateButton[];
  /** Kinds of component that are not understood here, such as a carousel: they are not checked. */
  readonly unknown: readonly string[];
}

export interface TemplateText {
  readonly text: string;
  /** Names or numbers of its variables, each once: named ones in their order, numbered ones by number. */
  readonly variables: readonly string[];
  /** The provider's example for each variable, by name or number. */
  readonly examples: Readonly<Record<string, string>>;
}

export type TemplateHeader =
  | ({ readonly format: "TEXT" } & TemplateText)
  | { readonly format: "IMAGE" | "VIDEO" | "DOCUMENT" | "LOCATION" };

export interface TemplateButton {
  /** Its place among all buttons, from 0. */
  readonly index: number;
  /** The provider's word: QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, FLOW... */
  readonly type: string;
  readonly text: string;
  /** A link, as it is opened; its variable, if any, stands in it. */
  readonly url: string | undefined;
  readonly hasVariable: boolean;
  readonly example: string | undefined;
}

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The variables of a text, each once. */
export function variablesOf(text: string): string[] {
  const found = [...text.matchAll(VARIABLE)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
  const names = [...new Set(found)];
  const isNumbered = names.every((name) => /^\d+$/.test(name));
  return isNumbered ? names.toSorted((a, b) => Number(a) - Number(b)) : names;
}

/** Puts values in the place of variables; a variable without one stays as it is. */
export function fillVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

const words = z.string().catch("");
const maybe = z.string().optional().catch(undefined);
const named = z
  .array(z.object({ param_name: z.string(), example: z.string() }))
  .optional()
  .catch(undefined);

const exampleSchema = z
  .object({
    body_text: z.array(z.array(z.string())).optional().catch(undefined),
    body_text_named_params: named,
    header_text: z.array(z.string()).optional().catch(undefined),
    header_text_named_params: named,
  })
  .catch({});

const componentSchema = z.object({
  type: z.string().transform((type) => type.toUpperCase()),
  format: words.transform((format) => format.toUpperCase()),
  text: words,
  example: exampleSchema,
  buttons: z.array(z.unknown()).catch([]),
});

const buttonSchema = z.object({
  type: words.transform((type) => type.toUpperCase()),
  text: words,
  url: maybe,
  example: z
    .union([z.string(), z.array(z.string()).transform(([first]) => first)])
    .optional()
    .catch(undefined),
});

type Component = z.output<typeof componentSchema>;

const MEDIA_FORMATS = ["IMAGE", "VIDEO", "DOCUMENT", "LOCATION"] as const;

/** Reads what of a template can be filled. Total: what is not understood is told, not passed over. */
export function readShape({ components }: Pick<TemplateRow, "components">): TemplateShape {
  const all = components.map((raw) => componentSchema.safeParse(raw).data);
  const of = (type: string) => all.find((component) => component?.type === type);
  const header = of("HEADER");
  const body = of("BODY");
  return {
    header: header && headerOf(header),
    body: textOf(body?.text ?? "", body && bodyExamples(body)),
    footer: of("FOOTER")?.text,
    buttons: (of("BUTTONS")?.buttons ?? []).map(buttonOf),
    unknown: all.flatMap((component) => {
      const type = component?.type ?? "UNKNOWN";
      return ["HEADER", "BODY", "FOOTER", "BUTTONS"].includes(type) ? [] : [type];
    }),
  };
}

function headerOf(component: Component): TemplateHeader {
  const format = MEDIA_FORMATS.find((one) => one === component.format);
  if (format !== undefined) return { format };
  const { header_text: numbered, header_text_named_params: byName } = component.example;
  return { format: "TEXT", ...textOf(component.text, examplesOf(numbered, byName)) };
}

function bodyExamples({ example }: Component): Readonly<Record<string, string>> {
  return examplesOf(example.body_text?.[0], example.body_text_named_params);
}

function examplesOf(
  numbered: readonly string[] | undefined,
  byName: z.output<typeof named>,
): Readonly<Record<string, string>> {
  const inOrder = (numbered ?? []).map((example, index) => [String(index + 1), example] as const);
  const names = (byName ?? []).map(({ param_name: name, example }) => [name, example] as const);
  return Object.fromEntries([...inOrder, ...names]);
}

function textOf(text: string, examples: Readonly<Record<string, string>> = {}): TemplateText {
  return { text, variables: variablesOf(text), examples };
}

function buttonOf(raw: unknown, index: number): TemplateButton {
  const button = buttonSchema.safeParse(raw).data;
  const { type = "of unknown kind", text = "", url, example } = button ?? {};
  return { index, type, text, url, hasVariable: variablesOf(url ?? "").length > 0, example };
}
