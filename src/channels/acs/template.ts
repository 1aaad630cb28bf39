import { z } from "zod";
import type { Note } from "../../messages.ts";
import { readEach } from "../whatsapp/inbound/fields.ts";
import { note } from "../whatsapp/notes.ts";
import type { AcsContent } from "./contents.ts";
import { type TemplateValue, type Unfit, valueOf } from "./template-values.ts";

const parameters = z.array(z.looseObject({ type: z.string() })).default([]);

const componentSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("header"), parameters }),
  z.object({ type: z.literal("body"), parameters }),
  z.object({
    type: z.literal("button"),
    sub_type: z.string(),
    index: z.coerce.number().int(),
    parameters,
  }),
]);

type Component = z.output<typeof componentSchema>;

const templateSchema = z.object({
  name: z.string(),
  language: z.object({ code: z.string() }),
  components: z.unknown().optional(),
});

/** The kinds of template button that take a value. Source: Azure Communication Services REST reference, templates. */
const SUB_TYPES: Readonly<Record<string, string>> = { quick_reply: "quickReply", url: "url" };

interface Bound {
  readonly reference: Readonly<Record<string, unknown>>;
  readonly value: TemplateValue;
}

/**
 * Puts a template message into Azure's form: values with names, and bindings that say where each goes, by position. A template
 * of which a part cannot be filled is not sent, because WhatsApp would refuse it.
 * Source: Azure Communication Services REST reference, template messages.
 */
export function templateContent(part: Readonly<Record<string, unknown>>): AcsContent {
  const read = templateSchema.safeParse(part).data;
  if (read === undefined) return skipped("It has no name or language.");
  const components = readEach(read.components, componentSchema);
  const template = { name: read.name, language: read.language.code };
  const header = bindParameters(components, "header");
  const body = bindParameters(components, "body");
  const buttons = bindButtons(components);
  const all = [...header, ...body, ...buttons];
  const unfit = all.find((each) => "unfit" in each);
  if (unfit !== undefined) return skipped(unfit.unfit);
  const bound = all.filter((each) => "value" in each);
  if (bound.length === 0) return { content: { kind: "template", template }, notes: [] };
  const bindings = {
    kind: "whatsApp",
    ...referencesIn("header", header),
    ...referencesIn("body", body),
    ...referencesIn("buttons", buttons),
  };
  const values = bound.map(({ value }) => value.content);
  const notes = [...bound.flatMap(({ value }) => value.notes), ...nameNotes(components)];
  return { content: { kind: "template", template: { ...template, values, bindings } }, notes };
}

function bindParameters(
  components: readonly Component[],
  type: "header" | "body",
): readonly (Bound | Unfit)[] {
  return components
    .filter((component) => component.type === type)
    .flatMap((component) => component.parameters)
    .map((parameter, index) => bind(`${type}${index + 1}`, parameter));
}

/** The order of the bindings is that of the buttons. */
function bindButtons(components: readonly Component[]): readonly (Bound | Unfit)[] {
  return components
    .filter((component) => component.type === "button")
    .toSorted((one, other) => one.index - other.index)
    .flatMap(({ sub_type, index, parameters: [parameter] }) => {
      const subType = Object.hasOwn(SUB_TYPES, sub_type) ? SUB_TYPES[sub_type] : undefined;
      if (subType === undefined) return [{ unfit: "One of its buttons takes no value at Azure." }];
      if (parameter === undefined) return [];
      return [bind(`button${index + 1}`, parameter, subType)];
    });
}

function bind(
  name: string,
  parameter: Readonly<Record<string, unknown>>,
  subType?: string,
): Bound | Unfit {
  const value = valueOf(name, parameter, subType);
  if ("unfit" in value) return value;
  return { value, reference: { ...(subType !== undefined && { subType }), refValue: name } };
}

function referencesIn(place: string, all: readonly (Bound | Unfit)[]) {
  const references = all.flatMap((each) => ("reference" in each ? [each.reference] : []));
  return references.length === 0 ? {} : { [place]: references };
}

function nameNotes(components: readonly Component[]): Note[] {
  const named = components
    .flatMap((component) => component.parameters)
    .filter((parameter) => parameter["parameter_name"] !== undefined);
  if (named.length === 0) return [];
  return [note("parameter_name_skipped", `${named.length} parameters are in their order.`)];
}

function skipped(detail: string): AcsContent {
  return { content: undefined, notes: [note("template_skipped", detail)] };
}
