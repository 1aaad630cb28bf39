import { z } from "zod";
import { PARAMETER_SPACES } from "../../channels/whatsapp/limits.ts";
import { type Findings, joinFindings, NOTHING_FOUND, problem, warning } from "./findings.ts";

/** Breaks and gaps that the provider refuses in a value. Source: Cloud API reference, templates. */
const FORBIDDEN_SPACE = new RegExp(
  `[\\n\\r\\t\\v\\f\\u0085\\u2028\\u2029]| {${PARAMETER_SPACES + 1},}`,
);

/**
 * Checks one text that is put in the place of a variable; `where` says which, and the text itself is never repeated: it may
 * be somebody's name. Breaks are collapsed and long texts cut when it is sent, so they are no more than a warning.
 */
export function checkText(where: string, text: string, limit: number): Findings {
  if (text.trim() === "") return problem(`${where} is empty, which the provider refuses.`);
  return joinFindings([
    FORBIDDEN_SPACE.test(text)
      ? warning(`${where} has line breaks, tabs or wide gaps, which become single spaces.`)
      : NOTHING_FOUND,
    text.length > limit
      ? warning(`${where} has ${text.length} characters and is cut after ${limit}.`)
      : NOTHING_FOUND,
  ]);
}

const parameterSchema = z.object({
  type: z.string(),
  parameter_name: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
});

/** A value in the provider's words, as far as it is checked. */
export interface CheckedParameter {
  readonly type: string;
  readonly name: string | undefined;
  /** Of a text. */
  readonly text: string | undefined;
}

/** Reads a value: a text, or a parameter in the provider's words; undefined for anything else. */
export function readParameter(raw: unknown): CheckedParameter | undefined {
  if (typeof raw === "string") return { type: "text", name: undefined, text: raw };
  const parsed = parameterSchema.safeParse(raw).data;
  if (parsed === undefined) return undefined;
  return { type: parsed.type, name: parsed.parameter_name, text: parsed.text };
}

/** Kinds of value that stand inside a text. */
const IN_TEXT: readonly string[] = ["text", "currency", "date_time"];

/** Checks a value that stands inside a text. */
export function checkInText(where: string, raw: unknown, limit: number): Findings {
  const parameter = readParameter(raw);
  if (parameter === undefined || !IN_TEXT.includes(parameter.type)) {
    return problem(`${where} is no text.`);
  }
  if (parameter.type !== "text") return NOTHING_FOUND;
  if (parameter.text === undefined) return problem(`${where} has no text.`);
  return checkText(where, parameter.text, limit);
}
