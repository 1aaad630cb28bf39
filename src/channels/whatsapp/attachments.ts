import { z } from "zod";
import type { Rendering } from "../channel.ts";
import { joinRenderings, noteFirst, onlyMessages, onlyNotes, wordsOf } from "./dialect.ts";
import type { DialectOptions } from "./dialect.ts";
import { isRecord, optionalText } from "./fields.ts";
import type { Header } from "./headers.ts";
import { isWebAddress } from "./links.ts";
import { renderSource, sourceOf } from "./media.ts";
import type { MediaKind } from "./media.ts";
import { note } from "./notes.ts";
import { renderLocation } from "./places.ts";
import { renderPrompt } from "./prompt.ts";
import { readButtons } from "./read-buttons.ts";
import { prepareText, textMessages } from "./text.ts";

/** The file name extensions that tell what a phone does with a file. */
const EXTENSIONS: readonly { readonly kind: MediaKind; readonly pattern: RegExp }[] = [
  { kind: "image", pattern: /\.(?:jpe?g|png)$/i },
  { kind: "video", pattern: /\.(?:mp4|3gpp?)$/i },
  { kind: "audio", pattern: /\.(?:aac|amr|mp3|m4a|ogg|opus)$/i },
  { kind: "sticker", pattern: /\.webp$/i },
  { kind: "document", pattern: /\.(?:pdf|txt|csv|docx?|xlsx?|pptx?|od[tsp]|zip)$/i },
];

/** The words by which bots call a kind of file. */
const KINDS: Readonly<Record<string, MediaKind>> = {
  image: "image",
  video: "video",
  audio: "audio",
  file: "document",
  document: "document",
  sticker: "sticker",
};

const file = z.object({
  src: optionalText,
  url: optionalText,
  link: optionalText,
  id: optionalText,
  title: optionalText,
  caption: optionalText,
  filename: optionalText,
});

const element = z.object({
  title: optionalText.catch(undefined),
  subtitle: optionalText.catch(undefined),
  image_url: optionalText.catch(undefined),
  buttons: z.unknown().optional(),
  default_action: z.object({ url: optionalText }).nullish().catch(undefined),
});

/** Renders a reply's attachment in any of the shapes bots give it; see `docs/conversion.md`. */
export function renderAttachment(attachment: unknown, options: DialectOptions): Rendering {
  if (typeof attachment === "string") return renderAddress(attachment.trim(), options);
  if (Array.isArray(attachment)) {
    return joinRenderings(attachment.map((each: unknown) => renderAttachmentItem(each, options)));
  }
  return renderAttachmentItem(attachment, options);
}

/** Renders Messenger's cards: one message with image, text and buttons for each. */
export function renderElements(elements: unknown, options: DialectOptions): Rendering {
  if (!Array.isArray(elements)) return skipped("The cards are no list.");
  return joinRenderings(elements.map((each: unknown) => renderElement(each, options)));
}

function renderAttachmentItem(attachment: unknown, options: DialectOptions): Rendering {
  if (typeof attachment === "string") return renderAddress(attachment.trim(), options);
  if (!isRecord(attachment)) return skipped("It is no object and no address.");
  const type = attachment["type"];
  const payload = attachment["payload"];
  if (type === "template") return renderMessengerTemplate(payload, options);
  if (typeof type === "string") return renderFile(type, payload ?? attachment, options);
  const [kind] = [...Object.keys(KINDS), "location"].filter((key) => attachment[key] !== undefined);
  return kind === undefined
    ? skipped("Its shape is not known.")
    : renderFile(kind, attachment[kind], options);
}

function renderMessengerTemplate(payload: unknown, options: DialectOptions): Rendering {
  if (!isRecord(payload)) return skipped("Its template has no payload.");
  if (payload["elements"] !== undefined) return renderElements(payload["elements"], options);
  const body = optionalText.catch(undefined).parse(payload["text"]);
  if (body === undefined) return skipped("Its template has neither cards nor text.");
  return renderPrompt({ body, ...readButtons(payload["buttons"]) }, options);
}

function renderFile(word: string, payload: unknown, options: DialectOptions): Rendering {
  if (word === "location") return renderLocation(payload);
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  const read = file.safeParse(typeof payload === "string" ? { url: payload } : payload);
  if (kind === undefined || !read.success) return skipped("Its type or payload is not known.");
  const { src, url, link, id, title, caption, filename } = read.data;
  const source = sourceOf(src ?? url ?? link, id);
  return renderSource({ kind, source, caption: caption ?? title, fileName: filename }, options);
}

/** A page is no file: an address without a known extension is sent as text. */
function renderAddress(address: string, options: DialectOptions): Rendering {
  if (!isWebAddress(address)) return skipped("It is no web address.");
  const path = URL.parse(address)?.pathname ?? "";
  const kind = EXTENSIONS.find(({ pattern }) => pattern.test(path))?.kind;
  if (kind !== undefined) return renderSource({ kind, source: sourceOf(address) }, options);
  const messages = textMessages(
    prepareText(address, "address", { ...options, markdown: "off" }),
    options,
  );
  return noteFirst(onlyMessages(messages), [note("attachment_to_text", "Its kind is not known.")]);
}

function renderElement(raw: unknown, options: DialectOptions): Rendering {
  const read = element.safeParse(raw);
  if (!read.success) return skipped("A card is no object.");
  const { title, subtitle, image_url, default_action } = read.data;
  const body = [title, subtitle].filter((part) => (part ?? "").trim() !== "").join("\n");
  const buttons = readButtons(read.data.buttons);
  const address = default_action?.url?.trim() ?? "";
  const opens = { title: wordsOf(options).open, url: address };
  const links =
    address !== "" && buttons.choices.length + buttons.links.length === 0 ? [opens] : buttons.links;
  const image = sourceOf(image_url);
  const missing = image_url !== undefined && image_url.trim() !== "" && image === undefined;
  const notes = missing
    ? [...buttons.notes, note("media_skipped", "The image of a card has no usable address.")]
    : buttons.notes;
  if (image !== undefined && buttons.choices.length + links.length === 0) {
    return noteFirst(renderSource({ kind: "image", source: image, caption: body }, options), notes);
  }
  const header: Header | undefined =
    image === undefined ? undefined : { type: "media", media: { kind: "image", source: image } };
  return renderPrompt({ body, header, ...buttons, links, notes }, options);
}

function skipped(detail: string): Rendering {
  return onlyNotes([note("attachment_skipped", detail)]);
}
