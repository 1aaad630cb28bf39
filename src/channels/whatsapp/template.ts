import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { joinRenderings, onlyMessages } from "./dialect.ts";
import { renderParsed } from "./fields.ts";
import { BODY_PARAMETER, HEADER_PARAMETER } from "./limits.ts";
import { fitParameter, parameterField } from "./template-parameters.ts";
import type { FittedParameter, Parameter } from "./template-parameters.ts";

/** Templates are named in lower case. Source: Cloud API reference, templates. */
const NAME = /^[a-z0-9_]{1,512}$/;

/** `pt_BR` and `pt` are different languages to WhatsApp; many bots write `pt-BR`. */
const code = z
  .string()
  .transform((language) => language.trim().replace("-", "_"))
  .refine((language) => /^[a-z]{2,3}(?:_[A-Z]{2})?$/.test(language));

const params = z.union([z.array(parameterField), z.record(z.string(), parameterField)]);

const component = z.discriminatedUnion("type", [
  z.object({ type: z.literal("header"), parameters: z.array(parameterField).max(1) }),
  z.object({ type: z.literal("body"), parameters: z.array(parameterField) }),
  z.object({
    type: z.literal("button"),
    sub_type: z.enum(["quick_reply", "url", "copy_code", "flow", "catalog", "mpm", "voice_call"]),
    index: z.union([z.int().min(0).max(9).transform(String), z.string().regex(/^\d$/)]),
    parameters: z.array(parameterField).max(1),
  }),
]);

const template = z
  .object({
    name: z.string().regex(NAME),
    language: z.union([code, z.object({ code }).transform((language) => language.code)]),
    params: params.nullish(),
    components: z.array(component).nullish(),
  })
  .refine(({ params: given, components }) => !(hasBody(components) && size(given) > 0), {
    path: ["params"],
  });

type Component = z.infer<typeof component>;

/**
 * Renders the custom `template`: `params` fills the body, by position or by name, and `components` gives everything in
 * WhatsApp's own words. The only message that needs no customer-service window.
 */
export function renderTemplate(raw: unknown): Rendering {
  return renderParsed(
    "template",
    template,
    raw,
    ({ name, language, params: given, components }) => {
      const all = [...(components ?? []), ...bodyOf(given)]
        .filter(({ parameters }) => parameters.length > 0)
        .map(fitComponent);
      const parameters = all.flatMap((each) => each.parameters);
      const content = {
        name,
        language: { code: language },
        ...(all.length === 0 ? {} : { components: all.map((each) => each.content) }),
      };
      const words = parameters.map(({ text }) => text).filter((text) => text !== "");
      const message = {
        payload: { type: "template", template: content },
        text: words.length === 0 ? name : `${name}: ${words.join(", ")}`,
        notes: parameters.flatMap(({ notes }) => notes),
        needsWindow: false,
        template: { name, language },
      };
      const kept = parameters.flatMap((each) => each.kept);
      return joinRenderings([{ ...onlyMessages([message]), kept }]);
    },
  );
}

function bodyOf(given: z.infer<typeof params> | null | undefined): Component[] {
  if (given === null || given === undefined) return [];
  const parameters = Array.isArray(given)
    ? given
    : Object.entries(given).map(([name, value]): Parameter => ({ ...value, parameter_name: name }));
  return [{ type: "body", parameters }];
}

function fitComponent(part: Component): {
  readonly content: Readonly<Record<string, unknown>>;
  readonly parameters: readonly FittedParameter[];
} {
  const limit = part.type === "header" ? HEADER_PARAMETER : BODY_PARAMETER;
  const parameters = part.parameters.map((each) => fitParameter(each, limit));
  return { content: { ...part, parameters: parameters.map(({ content }) => content) }, parameters };
}

function hasBody(components: readonly Component[] | null | undefined): boolean {
  return components?.some(({ type }) => type === "body") ?? false;
}

function size(given: z.infer<typeof params> | null | undefined): number {
  return Object.keys(given ?? {}).length;
}
