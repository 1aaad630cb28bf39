import { z } from "zod";
import { readContent, type Reading } from "../whatsapp/inbound/content.ts";
import { anything, isRecord, optionalText, present, text } from "../whatsapp/inbound/fields.ts";

type Data = Readonly<Record<string, unknown>>;

const mediaKinds: ReadonlySet<string> = new Set(["image", "video", "audio", "document", "sticker"]);

/** The example has a yes or no where the table says text. Source: Event Grid documentation, Advanced Messaging events. */
const looseFlag = z.union([z.boolean(), z.stringbool()]).optional().catch(undefined);

const mediaSchema = z.object({
  id: optionalText,
  mimeType: optionalText,
  fileName: optionalText,
  caption: optionalText,
  animated: looseFlag,
});

const interactiveSchema = z.object({ buttonReply: anything, listReply: anything });

const reactionSchema = z.object({ messageId: anything, emoji: anything });

/** What a message says, and of which kind it is in Azure's words. */
export interface TypedReading {
  readonly type: string;
  /** Undefined where it cannot be read. */
  readonly reading: Reading | undefined;
}

/**
 * Reads what a message says, by putting its parts into WhatsApp's own form. A message without a type, as older versions
 * sent it, is of the type of the part it has. Source: Event Grid documentation, Advanced Messaging events.
 */
export function readAcsContent(data: Data): TypedReading {
  const type = optionalText.parse(data["messageType"])?.toLowerCase() ?? inferType(data);
  return { type, reading: readContent(type, { ...data, ...partOf(type, data) }) };
}

/** The words of a message in any of the places they have been documented; undefined where it has none. */
export function wordsOf({ content, message, media }: Data): string | undefined {
  const inner = isRecord(message) ? message["text"] : message;
  const caption = isRecord(media) ? media["caption"] : undefined;
  return [content, inner, caption]
    .map((place) => text.safeParse(place).data)
    .find((words) => words !== undefined);
}

function inferType(data: Data): string {
  const part = ["interactive", "button", "reaction"].find((name) => isRecord(data[name]));
  if (part !== undefined) return part;
  if (!isRecord(data["media"])) return "text";
  const kind = optionalText.parse(data["media"]["mimeType"])?.split("/")[0] ?? "";
  return mediaKinds.has(kind) ? kind : "document";
}

/** The part of WhatsApp's form that is named like its type. Types that Azure does not document are left as they came. */
function partOf(type: string, data: Data): Data {
  if (mediaKinds.has(type)) return { [type]: mediaPart(data["media"]) };
  if (type === "text") return { text: { body: wordsOf(data) } };
  if (type === "interactive") return { interactive: interactivePart(data["interactive"]) };
  if (type === "reaction") return { reaction: reactionPart(data["reaction"]) };
  return {};
}

function mediaPart(raw: unknown): unknown {
  const media = mediaSchema.safeParse(raw).data;
  if (media === undefined) return undefined;
  const { id, mimeType: mime_type, fileName: filename, caption, animated } = media;
  return present({ id, mime_type, filename, caption, animated });
}

function interactivePart(raw: unknown): unknown {
  const reply = interactiveSchema.safeParse(raw).data;
  if (reply === undefined) return undefined;
  return present({ button_reply: reply.buttonReply, list_reply: reply.listReply });
}

function reactionPart(raw: unknown): unknown {
  const reaction = reactionSchema.safeParse(raw).data;
  return reaction === undefined
    ? undefined
    : { message_id: reaction.messageId, emoji: reaction.emoji };
}
