import { z } from "zod";
import type { Reply } from "./messages.ts";
import { readRasaMessage } from "./rasa-message.ts";

/**
 * What somebody asks the bridge to say: a text, a reply in Rasa's words, or a template by name. Every string in it may
 * hold `{{placeholders}}`, which `fillContent` replaces by a recipient's values.
 */
export type SendContent =
  { readonly text: string } | { readonly reply: Reply } | { readonly template: TemplateRequest };

/** A template by name. `params` fills its body by position or by name, `components` says everything in WhatsApp's words. */
export interface TemplateRequest {
  readonly name: string;
  readonly language?: string | undefined;
  readonly params?: TemplateParams | undefined;
  readonly components?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

type TemplateParam = string | Readonly<Record<string, unknown>>;

export type TemplateParams = readonly TemplateParam[] | Readonly<Record<string, TemplateParam>>;

/** Characters of a text; what a channel cannot take in one message it splits. */
const MAX_TEXT = 65_536;

const param = z.union([z.string(), z.record(z.string(), z.unknown())]);

const templateValues = z.strictObject({
  params: z.union([z.array(param), z.record(z.string(), param)]).optional(),
  components: z.array(z.record(z.string(), z.unknown())).optional(),
});

export const templateRequest = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, "lower-case letters, digits and _ only"),
    language: z
      .string()
      .regex(/^[a-z]{2,3}([_-][A-Za-z]{2})?$/, "not a language such as pt_BR")
      .optional()
      .meta({ description: "The template's only language where absent." }),
    ...templateValues.shape,
  })
  .meta({ id: "TemplateRequest" });

const reply = z
  .record(z.string(), z.unknown())
  .transform((value, context) => {
    const read = readRasaMessage(value);
    if (read !== undefined) return read;
    context.addIssue({ code: "custom", message: "says nothing: give text, buttons, image..." });
    return z.NEVER;
  })
  .meta({ description: "A reply as a Rasa bot would write it." });

/** The three keys of which a request gives exactly one; see `oneContent`. */
export const contentFields = {
  text: z.string().min(1).max(MAX_TEXT).optional(),
  reply: reply.optional(),
  template: templateRequest.optional(),
};

interface ContentFields {
  readonly text?: string | undefined;
  readonly reply?: Reply | undefined;
  readonly template?: TemplateRequest | undefined;
}

/** Whether exactly one of the contents is given. */
export function isOneContent({ text, reply: given, template }: ContentFields): boolean {
  return [text, given, template].filter((one) => one !== undefined).length === 1;
}

export const ONE_CONTENT = "give exactly one of text, reply and template";

/** The content of a request that `isOneContent` has passed; an empty text otherwise. */
export function contentOf({ text, reply: given, template }: ContentFields): SendContent {
  if (template !== undefined) return { template };
  if (given !== undefined) return { reply: given };
  return { text: text ?? "" };
}

/** A content as it is kept with a campaign or a route. */
export const sendContent = z
  .strictObject(contentFields)
  .refine(isOneContent, ONE_CONTENT)
  .transform(contentOf);

/** One more channel to try, when the one before is known not to reach the person. */
export const routeRung = z
  .strictObject({
    channel: z.string().min(1).max(63),
    account: z.string().min(1).max(200).optional(),
    to: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "The person's phone number there; the same one where absent." }),
    ...contentFields,
  })
  .refine(
    ({ text, reply: given, template }) =>
      [text, given, template].every((one) => one === undefined) ||
      isOneContent({ text, reply: given, template }),
    ONE_CONTENT,
  )
  .meta({ id: "RouteRung" });

export interface RouteRung extends ContentFields {
  readonly channel: string;
  readonly account?: string | undefined;
  readonly to?: string | undefined;
}

/** A reply that says the content, for a channel to render. */
export function toReply(content: SendContent, language?: string): Reply {
  if ("text" in content) return { text: content.text };
  if ("reply" in content) return content.reply;
  const { template } = content;
  return { custom: { type: "template", ...(language !== undefined && { language }), ...template } };
}

const PLACEHOLDER = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,127}?)\s*\}\}/gu;

export interface FilledContent {
  readonly content: SendContent;
  /** Names of placeholders without a value, each once, in their order. */
  readonly missing: readonly string[];
}

/** Replaces every placeholder by its value, once: a value that looks like a placeholder stays as it is. */
export function fillContent(
  content: SendContent,
  values: Readonly<Record<string, string>>,
): FilledContent {
  const missing = new Set<string>();
  const fillText = (text: string): string =>
    text.replace(PLACEHOLDER, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) missing.add(name);
      return value ?? whole;
    });
  return { content: changeStrings(content, fillText), missing: [...missing] };
}

/** A content with other strings; the name and the language of a template say which it is, and stay. */
function changeStrings(content: SendContent, change: (text: string) => string): SendContent {
  if ("text" in content) return { text: change(content.text) };
  if ("reply" in content)
    return { reply: readRasaMessage(mapStrings(content.reply, change)) ?? {} };
  const { name, language, ...values } = content.template;
  const changed = mapStrings(values, change);
  return {
    template: {
      ...templateValues.parse(changed),
      name,
      ...(language !== undefined && { language }),
    },
  };
}

/** Names of all placeholders of a content, each once. */
export function placeholdersOf(content: SendContent): readonly string[] {
  return fillContent(content, {}).missing;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  );
}
