import { z } from "zod";
import type { Note } from "../../../messages.ts";
import type { RenderedMessage } from "../../channel.ts";
import { recordField } from "../../whatsapp/fields.ts";
import { note } from "../../whatsapp/notes.ts";
import { translateInteractive } from "./translate-interactive.ts";
import { translateCards, translatePlace } from "./translate-cards.ts";
import { translateMedia } from "./translate-media.ts";
import { send, sendWords, takes, type Target } from "./target.ts";

/** What became of a message: calls to make, and what is to be told of what became none. */
export interface Translation {
  readonly messages: readonly RenderedMessage[];
  readonly notes: readonly Note[];
}

const textSchema = z.object({ body: z.string(), preview_url: z.boolean().optional() });
const reactionSchema = z.object({ emoji: z.string(), message_id: z.string() });
const pollSchema = recordField;
const templateSchema = z.object({
  name: z.string(),
  language: z.object({ code: z.string() }),
  components: z.array(z.unknown()).optional(),
});

const contentSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: textSchema }),
  z.object({ type: z.literal("image"), image: recordField }),
  z.object({ type: z.literal("video"), video: recordField }),
  z.object({ type: z.literal("audio"), audio: recordField }),
  z.object({ type: z.literal("document"), document: recordField }),
  z.object({ type: z.literal("sticker"), sticker: recordField }),
  z.object({ type: z.literal("location"), location: recordField }),
  z.object({ type: z.literal("contacts"), contacts: z.array(z.unknown()) }),
  z.object({ type: z.literal("reaction"), reaction: reactionSchema }),
  z.object({ type: z.literal("poll"), poll: pollSchema }),
  z.object({ type: z.literal("template"), template: templateSchema }),
  z.object({ type: z.literal("interactive"), interactive: recordField }),
]);

type Content = z.output<typeof contentSchema>;

/** Translates one message of the WhatsApp dialect into calls of version 2 that its instance takes. */
export function translate(message: RenderedMessage, target: Target): Translation {
  const content = contentSchema.safeParse(message.payload).data;
  if (content === undefined) return skipped("message");
  const messages = translateContent(content, message, target);
  return messages.length > 0 ? { messages, notes: [] } : skipped(content.type);
}

function skipped(kind: string): Translation {
  return { messages: [], notes: [note("kind_skipped", `This instance sends no ${kind}.`)] };
}

function translateContent(
  content: Content,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  switch (content.type) {
    case "text": {
      const { body, preview_url: linkPreview = false } = content.text;
      return [send(message, target, "sendText", { text: body, linkPreview })];
    }
    case "image":
      return translateMedia("image", content.image, message, target);
    case "video":
      return translateMedia("video", content.video, message, target);
    case "audio":
      return translateMedia("audio", content.audio, message, target);
    case "document":
      return translateMedia("document", content.document, message, target);
    case "sticker":
      return translateMedia("sticker", content.sticker, message, target);
    case "location":
      return translatePlace(content.location, message, target);
    case "contacts":
      return translateCards(content.contacts, message, target);
    case "reaction":
      return translateReaction(content.reaction, message, target);
    case "poll":
      return [send(message, target, "sendPoll", content.poll)];
    case "template":
      return translateTemplate(content.template, message, target);
    case "interactive":
      return translateInteractive(content.interactive, message, target);
  }
}

/** A reaction names the message and the chat, and no number. */
function translateReaction(
  { emoji, message_id: id }: z.output<typeof reactionSchema>,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  if (!takes(target, "sendReaction")) {
    return sendWords(message, target, emoji, note("kind_to_text", "The reaction became a text."));
  }
  const key = { id, remoteJid: target.recipient.jid, fromMe: false };
  return [send(message, target, "sendReaction", { number: undefined, key, reaction: emoji })];
}

function translateTemplate(
  { name, language, components }: z.output<typeof templateSchema>,
  message: RenderedMessage,
  target: Target,
): readonly RenderedMessage[] {
  if (!takes(target, "sendTemplate")) return [];
  const fields = { name, language: language.code, components: components ?? [] };
  return [send(message, target, "sendTemplate", fields)];
}
