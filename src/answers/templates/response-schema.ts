import { z } from "zod";

const button = z.looseObject({ title: z.string().min(1), payload: z.string().optional() });

const condition = z.strictObject({
  type: z.literal("slot", "only conditions on slots are understood"),
  name: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});

const CONDITIONS =
  "only lists of slot conditions are understood; expressions of Rasa's Mantle dialect are not supported";

/** One card of a carousel. Source: Rasa's schema of responses; Messenger's generic template. */
const element = z.looseObject({ title: z.string().min(1), buttons: z.array(button).optional() });

/**
 * One variation of a response. `translation` holds its text in other languages. `id`, `metadata` and `button_type` are
 * read and not used. Source: Rasa's schema of responses, and Rasa Pro's documentation on translations.
 */
const writtenVariation = z
  .strictObject({
    text: z.string().min(1).optional(),
    translation: z.record(z.string(), z.unknown()).optional(),
    image: z.string().min(1).optional(),
    buttons: z.array(button).default([]),
    quick_replies: z.array(button).default([]),
    elements: z.array(element).default([]),
    attachment: z.unknown().optional(),
    custom: z.unknown().optional(),
    channel: z.string().min(1).optional(),
    condition: z.array(condition, CONDITIONS).default([]),
    id: z.unknown().optional(),
    metadata: z.unknown().optional(),
    button_type: z.unknown().optional(),
  })
  .refine(
    ({ text, image, buttons, quick_replies: replies, elements, attachment, custom }) =>
      text !== undefined ||
      image !== undefined ||
      buttons.length + replies.length + elements.length > 0 ||
      isGiven(attachment) ||
      isGiven(custom),
    "says nothing: give it a text, an image, buttons, elements, an attachment or custom",
  );

/** Whether a key of a file holds something; an empty one is as good as none. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A variation may be written as its text alone. */
export const variation = z.preprocess(
  (value) => (typeof value === "string" ? { text: value } : value),
  writtenVariation,
);

export type Variation = z.infer<typeof writtenVariation>;
