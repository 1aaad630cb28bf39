import type { Note } from "../../messages.ts";
import { type DialectOptions, wordsOf } from "../whatsapp/dialect.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import { note } from "../whatsapp/notes.ts";
import { interactiveContent } from "./interactive.ts";
import { templateContent } from "./template.ts";

type Part = Readonly<Record<string, unknown>>;

/** A message in Azure's form, without who sends it to whom; no content where there is no form for it at all. */
export interface AcsContent {
  readonly content: Part | undefined;
  readonly notes: readonly Note[];
  /** What is sent instead where the provider refuses the form as unknown to it. */
  readonly plain?: Part;
}

/**
 * Puts a message of WhatsApp's dialect into Azure's form; `shown` is what a person reads of it, which is sent as text where
 * there is no form. Source: Azure Communication Services REST reference, Messages, send.
 */
export function toAcs(payload: unknown, shown: string, options: DialectOptions): AcsContent {
  const message = isRecord(payload) ? payload : {};
  const { type } = message;
  const part = typeof type === "string" && isRecord(message[type]) ? message[type] : {};
  switch (type) {
    case "text":
      return { content: textContent(part["body"]), notes: [] };
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return mediaContent(type, part);
    case "reaction":
      return reactionContent(part);
    case "interactive":
      return interactiveContent(part, shown, wordsOf(options)) ?? asText(flatText(part), type);
    case "template":
      return templateContent(part);
    default:
      return asText(type === "location" ? withMap(part, shown) : shown, type);
  }
}

/** A text message. There is no switch for the preview of an address. */
function textContent(content: unknown): Part {
  return { kind: "text", content };
}

function asText(text: string, type: unknown): AcsContent {
  const kind = typeof type === "string" ? type : "message";
  const notes = [note("kind_to_text", `Azure has no ${kind}.`)];
  return { content: textContent(text), notes };
}

/** Azure fetches files from an address; it knows none of WhatsApp's uploads. */
function mediaContent(kind: string, part: Part): AcsContent {
  const { link, caption, filename, voice } = part;
  if (typeof link !== "string") {
    const skipped = note("media_skipped", `The ${kind} has no address, which Azure needs.`);
    const content = typeof caption === "string" ? textContent(caption) : undefined;
    return { content, notes: [skipped] };
  }
  const content = {
    kind,
    mediaUri: link,
    ...(typeof caption === "string" && { caption }),
    ...(typeof filename === "string" && { fileName: filename }),
  };
  const notes = voice === true ? [note("voice_to_audio", "Azure sends audio files only.")] : [];
  return { content, notes };
}

/** A reaction that is taken back has no emoji, which Azure requires. */
function reactionContent({ emoji, message_id: messageId }: Part): AcsContent {
  if (emoji === "") {
    return { content: undefined, notes: [note("kind_skipped", "A reaction stays once sent.")] };
  }
  return { content: { kind: "reaction", emoji, messageId }, notes: [] };
}

/** The words of an interactive message that nobody can tap. */
function flatText(interactive: Part): string {
  return ["header", "body", "footer"]
    .map((name) => interactive[name])
    .map((part) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .filter((text) => text !== "")
    .join("\n\n");
}

/** A phone makes nothing of bare figures, but opens an address. */
function withMap({ latitude, longitude }: Part, shown: string): string {
  return `${shown}\nhttps://maps.google.com/?q=${String(latitude)},${String(longitude)}`;
}
