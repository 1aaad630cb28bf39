import { z } from "zod";
import type { RenderedMessage } from "../channel.ts";
import type { DialectOptions } from "../whatsapp/dialect.ts";
import { isRecord } from "../whatsapp/fields.ts";
import { note } from "../whatsapp/notes.ts";
import { drafted, skipped, texts, type Translation } from "./drafts.ts";
import { FORMS } from "./endpoints.ts";
import { translateMedia } from "./files.ts";
import { translateInteractive } from "./interactive.ts";
import { translateTemplate } from "./package.ts";

const text = z.object({ body: z.string(), preview_url: z.boolean().optional() });

const sticker = z.object({ link: z.string() });

/** The keys that say who gets a message and in whose name; the channel alone writes them. */
const ADDRESSING = ["destinatario", "destinatarios", "wabaId"] as const;

/**
 * Puts one message of the dialect into the provider's words. What the provider has no form for becomes a text where its
 * words say something by themselves, and a note otherwise. Total: a payload that a bot wrote itself may be anything.
 */
export function translate(message: RenderedMessage, options: DialectOptions): Translation {
  const content = isRecord(message.payload) ? message.payload : {};
  const { type } = content;
  switch (type) {
    case "text":
      return translateText(message, content["text"]);
    case "image":
    case "video":
    case "audio":
    case "document":
      return translateMedia(type, content[type], message, options);
    case "interactive":
      return translateInteractive(content["interactive"], message, options);
    case "template":
      return isRecord(content["template"])
        ? translateTemplate(content["template"], message)
        : passRaw(message, content);
    case "location":
    case "contacts":
      return sayInstead(type, message, options);
    case "sticker":
      return translateSticker(content["sticker"], message, options);
    case "reaction":
      return skipped([...message.notes, note("kind_skipped", "A reaction has no words.")]);
    default:
      return passRaw(message, content);
  }
}

function translateText(message: RenderedMessage, content: unknown): Translation {
  const { success, data } = text.safeParse(content);
  if (!success) return unreadable("text");
  const body = { body: data.body, preview_url: data.preview_url === true };
  return drafted(message, { form: "texto", body });
}

/** A bot's own payload says nothing beyond its type. */
function sayInstead(type: string, message: RenderedMessage, options: DialectOptions): Translation {
  if (message.text === `[${type}]`) return unreadable(type);
  const notes = [...message.notes, note("kind_to_text", `A ${type} message became text.`)];
  return texts(message.text, options, notes);
}

/** The provider's images are no stickers: a person can still open the address of one. */
function translateSticker(
  content: unknown,
  message: RenderedMessage,
  options: DialectOptions,
): Translation {
  const link = sticker.safeParse(content).data?.link;
  if (link === undefined) {
    return skipped([...message.notes, note("kind_skipped", "A sticker by id has no words.")]);
  }
  return texts(link, options, [
    ...message.notes,
    note("kind_to_text", "A sticker became its address."),
  ]);
}

/** Passes a body that a bot wrote in the provider's own words: `type` names the form, the rest is sent as it is. */
function passRaw(
  message: RenderedMessage,
  content: Readonly<Record<string, unknown>>,
): Translation {
  const { type, ...body } = content;
  const form = FORMS.find((each) => each === type);
  if (form === undefined) return unreadable("raw payload");
  const present = ADDRESSING.filter((key) => key in body);
  const kept = Object.entries(body).filter(([key]) => !present.some((each) => each === key));
  const removed = note("raw_addressing_removed", `Removed: ${present.join(", ")}.`);
  const notes = present.length > 0 ? [removed] : [];
  return drafted(message, { form, body: Object.fromEntries(kept) }, notes);
}

function unreadable(what: string): Translation {
  return skipped([note("custom_invalid", `A ${what} is of no form that the channel has.`)]);
}
