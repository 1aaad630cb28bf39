// As a namespace: the page that reads scripts then carries only what is used of it.
import * as z from "zod";

/** Characters of a text: more than a phone lets anybody write, so that long texts can be tried. */
const MAX_TEXT = 20_000;

/** Characters of a name, a title or an address. */
const MAX_NAME = 1_024;

const name = z.string().max(MAX_NAME);

/** The provider's id of a message. */
export const externalId = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

export const textContent = z.strictObject({
  type: z.literal("text"),
  text: z.string().min(1).max(MAX_TEXT),
});

export const CHOICE_SOURCES = ["button", "list", "template_button"] as const;

const choiceContent = z.strictObject({
  type: z.literal("choice"),
  source: z.enum(CHOICE_SOURCES),
  id: z.string().min(1).max(MAX_NAME),
  title: z.string().min(1).max(MAX_NAME),
  description: name.optional(),
});

export const MEDIA_KINDS = ["image", "video", "audio", "voice", "document", "sticker"] as const;

const mediaContent = z.strictObject({
  type: z.literal("media"),
  media: z.enum(MEDIA_KINDS),
  file_id: z.guid(),
  caption: z.string().max(4_096).optional(),
  file_name: name.min(1).optional(),
});

export const locationContent = z.strictObject({
  type: z.literal("location"),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: name.optional(),
  address: name.optional(),
});

export const contactContent = z.strictObject({
  type: z.literal("contact"),
  name: name.min(1),
  phone: z.string().regex(/^\+?[\d ()-]{5,30}$/, "must be a phone number"),
});

const reactionContent = z.strictObject({
  type: z.literal("reaction"),
  to: externalId,
  emoji: z.string().min(1).max(32).optional(),
});

/** What a simulated person may say, in the words of the API. */
export const saidContent = z.discriminatedUnion("type", [
  textContent,
  choiceContent,
  mediaContent,
  locationContent,
  contactContent,
  reactionContent,
]);
