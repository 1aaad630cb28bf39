import { z } from "zod";

export const SCHEMA_NAME = "bot_reply";

const text = { type: "string" } as const;
const nullableText = { type: ["string", "null"] } as const;

/** A strict schema demands every key and allows no other. Source: OpenAI, structured outputs, supported schemas. */
const closed = <Properties extends Readonly<Record<string, unknown>>>(properties: Properties) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/**
 * The reply we ask a model for. It holds no limits of length or number: servers differ in which they know, so they are
 * enforced on what comes.
 */
export const REPLY_SCHEMA: Record<string, unknown> = closed({
  messages: {
    type: "array",
    items: closed({
      text,
      buttons: { type: "array", items: closed({ title: text, payload: text }) },
      image_url: nullableText,
    }),
  },
  intent: nullableText,
  confidence: { type: "number" },
  handoff: { type: "boolean" },
});

const button = z.union([
  z.object({ title: z.string(), payload: z.string().optional().catch(undefined) }),
  z.string().transform((title) => ({ title, payload: undefined })),
]);

/** Takes the entries that can be used and leaves out the others. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item.nullable().catch(null))
    .catch([])
    .transform((items) => items.filter((one) => one !== null));

const message = z.union([
  z.object({
    text: z.string().catch(""),
    buttons: listOf(button).default([]),
    image_url: z.string().nullish().catch(undefined),
  }),
  z.string().transform((said) => ({ text: said, buttons: [], image_url: undefined })),
]);

/** What we take from a model that does not keep to the schema: whatever of it makes sense. */
export const looseReply = z.object({
  messages: listOf(message).default([]),
  intent: z.string().nullish().catch(undefined),
  confidence: z.number().optional().catch(undefined),
  handoff: z.boolean().catch(false).default(false),
});

export type LooseReply = z.infer<typeof looseReply>;
export type LooseMessage = LooseReply["messages"][number];
