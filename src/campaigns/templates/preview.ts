import type { TemplateRow } from "../../db/templates.ts";
import type { TemplateRequest } from "../../send-content.ts";
import { checkTemplate } from "./check.ts";
import { readGiven } from "./check-components.ts";
import { readParameter } from "./check-values.ts";
import { fillVariables, readShape, type TemplateShape, type TemplateText } from "./shape.ts";

/** A template as a person would read it. */
export interface TemplatePreview {
  /** Its language, and values as they would be sent. */
  readonly request: TemplateRequest;
  readonly header: { readonly format: string; readonly text: string | null } | null;
  readonly body: string;
  readonly footer: string | null;
  readonly buttons: readonly {
    readonly type: string;
    readonly text: string;
    readonly url: string | null;
  }[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Fills a template with the values of a request; where there are none, with the provider's examples. */
export function previewTemplate(row: TemplateRow, request: TemplateRequest): TemplatePreview {
  const shape = readShape(row);
  const isBare = Object.keys(request.params ?? {}).length === 0 && request.components === undefined;
  const { problems, warnings, request: checked } = checkTemplate(row, request);
  const given = readGiven(request.components);
  const inHeader = given.find(({ type }) => type === "header")?.parameters ?? [];
  const inBody = given.find(({ type }) => type === "body")?.parameters;
  const bodyValues = inBody === undefined ? valuesOf(checked.params) : namesOf(inBody);
  return {
    request: checked,
    header: headerOf(shape, isBare ? undefined : namesOf(inHeader)),
    body: fill(shape.body, isBare ? undefined : bodyValues),
    footer: shape.footer ?? null,
    buttons: shape.buttons.map(({ index, type, text, url, example }) => {
      const own = given.find((one) => one.type === "button" && one.index === index);
      const suffix = isBare ? undefined : readParameter(own?.parameters[0])?.text;
      const link = isBare ? (example ?? url) : url && fillVariables(url, values(suffix));
      return { type, text, url: (type === "URL" ? link : undefined) ?? null };
    }),
    // Without values it shows what the template looks like: that they are missing is no news.
    problems: isBare ? [] : problems,
    warnings: isBare ? [] : warnings,
  };
}

const values = (first: string | undefined) => (first === undefined ? {} : { "1": first });

function headerOf(
  { header }: TemplateShape,
  given: Readonly<Record<string, string>> | undefined,
): TemplatePreview["header"] {
  if (header === undefined) return null;
  const { format } = header;
  return { format, text: format === "TEXT" ? fill(header, given) : null };
}

function fill(
  { text, examples }: TemplateText,
  given: Readonly<Record<string, string>> | undefined,
): string {
  return fillVariables(text, given ?? examples);
}

function valuesOf(params: TemplateRequest["params"]): Readonly<Record<string, string>> {
  return Array.isArray(params) ? namesOf(params) : textsOf(Object.entries(params ?? {}));
}

/** Values in the provider's words, by their name or their place from 1. */
function namesOf(parameters: readonly unknown[]): Readonly<Record<string, string>> {
  return textsOf(
    parameters.map((raw, index) => [readParameter(raw)?.name ?? String(index + 1), raw]),
  );
}

function textsOf(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap(([name, raw]) => {
      const text = readParameter(raw)?.text;
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}
