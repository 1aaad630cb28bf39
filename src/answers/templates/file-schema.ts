import { z } from "zod";
import { fold } from "./fold.ts";
import { compilePattern } from "./pattern.ts";

const button = z.looseObject({ title: z.string().min(1), payload: z.string().optional() });

const condition = z.strictObject({
  type: z.literal("slot"),
  name: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});

/** Source: Rasa documentation, responses. `id`, `metadata` and `button_type` are read and not used. */
const writtenVariation = z
  .strictObject({
    text: z.string().min(1).optional(),
    image: z.string().min(1).optional(),
    buttons: z.array(button).default([]),
    quick_replies: z.array(button).default([]),
    attachment: z.unknown().optional(),
    custom: z.unknown().optional(),
    channel: z.string().min(1).optional(),
    condition: z.array(condition, "only lists of slot conditions are understood").default([]),
    id: z.unknown().optional(),
    metadata: z.unknown().optional(),
    button_type: z.unknown().optional(),
  })
  .refine(
    ({ text, image, buttons, quick_replies: replies, attachment, custom }) =>
      text !== undefined ||
      image !== undefined ||
      buttons.length + replies.length > 0 ||
      isGiven(attachment) ||
      isGiven(custom),
    "says nothing: give it a text, an image, buttons, an attachment or custom",
  );

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A variation may be written as its text alone. */
const variation = z.preprocess(
  (value) => (typeof value === "string" ? { text: value } : value),
  writtenVariation,
);

/** A keyword is compared after folding; one that folds to nothing would be found in every message. */
const keyword = z.string().transform((text, context) => {
  const folded = fold(text);
  if (folded === "") context.addIssue("holds neither letters, digits nor emoji");
  return folded;
});

const pattern = z.string().transform((source, context) => {
  try {
    return compilePattern(source);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : "is no regular expression");
    return z.NEVER;
  }
});

/** The name after the slash in `/intent{...}`: no space, brace or `@`, where the name would end. */
const intentName = z
  .string()
  .regex(/^[^\s/{}@]+$/, "no space, slash, brace or @ may stand in a name");

const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, "is no language tag such as pt-BR");

const intent = z.strictObject({
  language: languageTag.optional(),
  keywords: z.array(keyword).default([]),
  patterns: z.array(pattern).default([]),
  /** Keywords and patterns count only in messages of at most this many words. */
  max_words: z.int().min(1).optional(),
  /** Names of the responses, in sending order; `utter_<intent>` where there are none. */
  responses: z.array(z.string().min(1)).min(1).optional(),
});

/**
 * A template file: Rasa's `responses`, and under `bridge` what Rasa has no words for. Other top-level keys are left
 * alone, so that a Rasa domain file can be used as it is.
 */
export const templateFile = z.looseObject({
  responses: z.record(z.string().min(1), z.array(variation).min(1)).default({}),
  bridge: z
    .strictObject({
      /** The language of the intents of this file that name none. */
      language: languageTag.optional(),
      intents: z.record(intentName, intent).default({}),
    })
    .default({ intents: {} }),
});

export type TemplateFile = z.infer<typeof templateFile>;
export type Variation = z.infer<typeof writtenVariation>;
