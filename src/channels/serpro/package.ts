import { z } from "zod";
import type { RenderedMessage } from "../channel.ts";
import { note } from "../whatsapp/notes.ts";
import { drafted, skipped, type Translation } from "./drafts.ts";
import { fileContent, sourceOf } from "./files.ts";

const words = z.object({ text: z.string(), parameter_name: z.undefined().optional() });

/** A parameter that the provider takes: a text, or one of the two kinds that carry their own. */
const textParameter = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("text"), ...words.shape }),
    z
      .object({
        type: z.literal("currency"),
        currency: z.object({ fallback_value: z.string() }),
        parameter_name: words.shape.parameter_name,
      })
      .transform(({ currency }) => ({ text: currency.fallback_value })),
    z
      .object({
        type: z.literal("date_time"),
        date_time: z.object({ fallback_value: z.string() }),
        parameter_name: words.shape.parameter_name,
      })
      .transform(({ date_time: time }) => ({ text: time.fallback_value })),
  ])
  .transform(({ text }) => ({ tipo: "text", valor: text }));

const fileParameter = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("image"), image: fileContent }).transform(({ image }) => image),
    z.object({ type: z.literal("video"), video: fileContent }).transform(({ video }) => video),
    z
      .object({ type: z.literal("document"), document: fileContent })
      .transform(({ document }) => document),
  ])
  .transform((file) => ({
    ...sourceOf(file),
    ...(file.filename !== undefined && { filename: file.filename }),
  }));

const header = z.object({
  type: z.literal("header"),
  parameters: z.tuple([
    z.union([fileParameter, textParameter.transform((one) => ({ parametros: [one] }))]),
  ]),
});

const body = z.object({ type: z.literal("body"), parameters: z.array(textParameter) });

const template = z.object({ name: z.string(), components: z.array(z.unknown()).default([]) });

/** A part of a template as the provider takes it, or why it cannot be sent. */
type Part = Readonly<Record<string, unknown>> | string;

/**
 * Translates a template into a package. Parameters go by position and as text; the language is found by the template's
 * name. Whatever the documentation does not show (dynamic buttons, a place as header, parameters by name) is not sent at
 * all, for a template with gaps would be wrong. Source: Serpro documentation, request packages.
 */
export function translateTemplate(content: unknown, message: RenderedMessage): Translation {
  const parsed = template.safeParse(content).data;
  if (parsed === undefined) return skipped([note("template_skipped", "It has no name.")]);
  const parts = parsed.components.map(partOf);
  const problems = parts.filter((part) => typeof part === "string");
  if (problems.length > 0) {
    const reasons = problems.map((problem) => note("template_skipped", problem));
    return skipped([...message.notes, ...reasons]);
  }
  const filled = parts.flatMap((part) => (typeof part === "string" ? [] : Object.entries(part)));
  const sent = { nomeTemplate: parsed.name, ...Object.fromEntries(filled) };
  const named = note("language_skipped", "A name in two languages would be ambiguous.");
  return drafted(message, { form: "template", body: sent }, [named]);
}

function partOf(component: unknown): Part {
  const top = header.safeParse(component).data;
  if (top !== undefined) return { header: top.parameters[0] };
  const middle = body.safeParse(component).data;
  if (middle !== undefined) return { body: { parametros: middle.parameters } };
  const kind = z.object({ type: z.string() }).safeParse(component).data?.type;
  switch (kind) {
    case "button":
      return "Its buttons have values of their own, which only the Cloud API can fill.";
    case "header":
      return "Its header is neither a text nor an image, video or document.";
    case "body":
      return "Its body has parameters by name or of a kind that is no text.";
    default:
      return "It has a component that the channel does not know.";
  }
}
