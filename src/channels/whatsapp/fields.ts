import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { onlyNotes } from "./dialect.ts";
import { note } from "./notes.ts";

/** A text that a bot may have written as a number. */
export const textField = z.union([z.string(), z.number().transform(String)]);

/** A text that may be missing; null, which many bots write, is the same as missing. */
export const optionalText = textField.nullish().transform((text) => text ?? undefined);

/** A number that a bot may have written as text. */
export const numberField = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+(?:\.\d+)?\s*$/)
    .transform(Number),
]);

/** Any object, its fields still unknown. */
export const recordField = z.record(z.string(), z.unknown());

/** Tells whether a value is an object with fields of its own, which no list is. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies what JSON can carry of a value; undefined where that is nothing. */
export function toJson(value: unknown): unknown {
  try {
    const text: unknown = JSON.stringify(value);
    if (typeof text !== "string") return undefined;
    const copy: unknown = JSON.parse(text);
    return copy;
  } catch {
    // Cycles, big integers and the like: a bot that answers over HTTP cannot send them.
    return undefined;
  }
}

/** Renders a custom message that has all it needs; the note names the fields otherwise, never their values. */
export function renderParsed<Value>(
  kind: string,
  schema: z.ZodType<Value>,
  raw: unknown,
  render: (value: Value) => Rendering,
): Rendering {
  const result = schema.safeParse(raw);
  if (result.success) return render(result.data);
  const fields = result.error.issues.map(({ path }) => path.map(String).join(".") || "the whole");
  const detail = `A ${kind} needs or misuses: ${[...new Set(fields)].join(", ")}.`;
  return onlyNotes([note("custom_invalid", detail)]);
}
