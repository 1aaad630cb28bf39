import { z } from "zod";
import { fold } from "./fold.ts";
import { compilePattern } from "../../safe-pattern.ts";
import { variation } from "./response-schema.ts";
import { trainingData, writtenExamples } from "./training-schema.ts";

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

/** The name after the slash in `/intent{...}`: no space, brace or `@`, where the name would end; one slash as in `faq/a`. */
const intentName = z
  .string()
  .regex(
    /^[^\s/{}@]+(?:\/[^\s/{}@]+)?$/,
    "no space, brace or @ may stand in a name, and one slash at most",
  );

const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, "is no language tag such as pt-BR");

const intent = z.strictObject({
  language: languageTag.optional(),
  keywords: z.array(keyword).default([]),
  patterns: z.array(pattern).default([]),
  /** Keywords and patterns count only in messages of at most this many words. */
  max_words: z.int().min(1).optional(),
  /** What people say when they mean it, as in Rasa's `nlu`. */
  examples: writtenExamples.optional(),
  /** What a button says that offers this intent where the bot is unsure. */
  title: z.string().trim().min(1).optional(),
  /** Names of the responses, in sending order; `utter_<intent>` where there are none. */
  responses: z.array(z.string().min(1)).min(1).optional(),
});

/**
 * A file of a Rasa project, and under `bridge` what Rasa has no words for. Other top-level keys are left alone, so that
 * such a file can be used as it is.
 */
export const templateFile = z.looseObject({
  responses: z
    .record(z.string().min(1), z.array(variation).min(1))
    .nullish()
    .transform((responses) => responses ?? {}),
  ...trainingData,
  /** In Rasa's `config.yml`: the language of the whole project. */
  language: languageTag.optional().catch(undefined),
  bridge: z
    .strictObject({
      /** The language of the intents of this file that name none. */
      language: languageTag.optional(),
      intents: z.record(intentName, intent).default({}),
    })
    .default({ intents: {} }),
});

export type TemplateFile = z.infer<typeof templateFile>;
export type WrittenIntent = z.infer<typeof intent>;
