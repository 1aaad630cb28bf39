import { z } from "zod";
import { storableRecord, storableText } from "../../storable.ts";
import type { ProviderTemplate } from "../template-source.ts";
import { identifier, isRecord, text } from "./inbound/fields.ts";

/** Levels of nesting kept of a template's components: a carousel's buttons stand on the sixth. */
const MAX_DEPTH = 12;

const capitals = z
  .string()
  .regex(/^[A-Za-z_]{1,40}$/)
  .transform((word) => word.toUpperCase());

const optional = capitals.nullable().catch(null);

const itemSchema = z.object({
  id: z
    .union([z.int().transform(String), z.string()])
    .pipe(identifier)
    .nullable()
    .catch(null),
  name: identifier,
  language: text.pipe(z.string().max(40)).catch(""),
  category: optional,
  status: capitals,
  quality_score: z
    .union([z.object({ score: capitals }).transform(({ score }) => score), capitals])
    .nullable()
    .catch(null),
  rejected_reason: optional,
  parameter_format: z.string().optional().catch(undefined),
  components: z.unknown().optional(),
});

/**
 * Reads a template as WhatsApp lists it; undefined for what is none.
 * Source: Cloud API reference, message templates.
 */
export function readTemplateItem(raw: unknown): ProviderTemplate | undefined {
  const item = itemSchema.safeParse(raw).data;
  if (item === undefined) return undefined;
  const components = readComponents(item.components);
  const { rejected_reason: reason } = item;
  return {
    name: item.name,
    language: item.language.replace("-", "_"),
    externalId: item.id,
    category: item.category,
    status: item.status,
    quality: item.quality_score,
    reason: reason === "NONE" ? null : reason,
    parameterFormat: formatOf(item.parameter_format, components),
    components,
  };
}

/** Components as a list, as an object that holds one, or as its JSON. */
function readComponents(raw: unknown): ProviderTemplate["components"] {
  const parsed = typeof raw === "string" ? parse(raw) : raw;
  const list = isRecord(parsed) ? parsed["components"] : parsed;
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map((component) => storableRecord(component, MAX_DEPTH));
}

function parse(json: string): unknown {
  try {
    const parsed: unknown = JSON.parse(json);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Not every provider says the format; variables with names show it. */
function formatOf(
  told: string | undefined,
  components: ProviderTemplate["components"],
): ProviderTemplate["parameterFormat"] {
  const word = told?.toLowerCase();
  if (word === "named" || word === "positional") return word;
  const texts = components.map(({ text: one }) => (typeof one === "string" ? one : ""));
  return texts.some((one) => /\{\{\s*[a-z_][a-z0-9_]*\s*\}\}/i.test(one)) ? "named" : "positional";
}

/** Reads every item of a list, and counts those that cannot be read. */
export function readTemplateItems(
  list: readonly unknown[],
  read: (raw: unknown) => ProviderTemplate | undefined = readTemplateItem,
): { readonly templates: readonly ProviderTemplate[]; readonly skipped: number } {
  const templates = list.flatMap((raw) => read(raw) ?? []);
  return { templates, skipped: list.length - templates.length };
}

/** A cursor that may stand in an address, as it came. */
export const cursorText = z.string().min(1).max(2_000).transform(storableText);
