import { z } from "zod";
import type { Content, MediaKind } from "../../../messages.ts";
import { readCards } from "./cards.ts";
import {
  anything,
  identifier,
  isRecord,
  number,
  optionalFlag,
  optionalIdentifier,
  optionalText,
  present,
  readEach,
  text,
} from "./fields.ts";
import { readInteractive } from "./interactive.ts";

/** What a message says: its content, and the text that an answer backend is told. */
export interface Reading {
  readonly content: Content;
  readonly text: string;
}

/** Reads the part of a message that is named like its type; undefined where it cannot be read. */
type Reader = (part: unknown) => Reading | undefined;

/** Content that has no words of its own. */
const wordless = (content: Content): Reading => ({ content, text: "" });

function reader<T>(schema: z.ZodType<T>, toReading: (part: T) => Reading | undefined): Reader {
  return (part) => {
    const parsed = schema.safeParse(part);
    return parsed.success ? toReading(parsed.data) : undefined;
  };
}

const mediaSchema = z.object({
  id: optionalIdentifier,
  url: optionalText,
  mime_type: optionalText,
  sha256: optionalText,
  filename: optionalText,
  caption: optionalText,
  voice: optionalFlag,
  animated: optionalFlag,
});

/** Without an id or an address there is nothing to fetch: a file over 100 MB comes as an error alone. */
function media(kind: MediaKind): Reader {
  return reader(mediaSchema, (part) =>
    part.id === undefined && part.url === undefined
      ? undefined
      : {
          content: present({
            type: "media",
            media: kind === "audio" && part.voice === true ? "voice" : kind,
            id: part.id,
            url: part.url,
            mimeType: part.mime_type,
            sha256: part.sha256,
            fileName: part.filename,
            animated: part.animated,
          }),
          text: part.caption ?? "",
        },
  );
}

const location = reader(
  z.object({
    latitude: number.pipe(z.number().min(-90).max(90)),
    longitude: number.pipe(z.number().min(-180).max(180)),
    name: optionalText,
    address: optionalText,
    url: optionalText,
  }),
  (part) => wordless(present({ type: "location", ...part })),
);

/** A reaction that was taken back comes without an emoji, or with an empty one. */
const reaction = reader(z.object({ message_id: identifier, emoji: optionalText }), (part) =>
  wordless(present({ type: "reaction", emoji: part.emoji, to: part.message_id })),
);

/** The quick reply of a template; it carries the button's text where no payload was set. */
const button = reader(
  z.object({ payload: optionalText, text: optionalText }),
  ({ payload, text: title }) => {
    const told = payload ?? title;
    if (told === undefined) return undefined;
    const content = {
      type: "choice",
      source: "template_button",
      payload: told,
      title: title ?? told,
    } as const;
    return { content, text: told };
  },
);

const orderItem = z
  .object({
    product_retailer_id: text,
    quantity: number,
    item_price: number.optional().catch(undefined),
    currency: optionalText,
  })
  .transform((item) =>
    present({
      productId: item.product_retailer_id,
      quantity: item.quantity,
      price: item.item_price,
      currency: item.currency,
    }),
  );

const order = reader(
  z.object({ catalog_id: optionalText, product_items: anything }),
  ({ catalog_id: catalogId, product_items: items }) =>
    wordless(present({ type: "order", catalogId, items: readEach(items, orderItem) })),
);

const revoke = reader(z.object({ original_message_id: identifier }), (part) =>
  wordless({ type: "revoke", original: part.original_message_id }),
);

/** Types a person can write and, later, edit. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "text",
    reader(z.object({ body: text }), ({ body }) => ({ content: { type: "text" }, text: body })),
  ],
  ["image", media("image")],
  ["video", media("video")],
  ["audio", media("audio")],
  ["voice", media("voice")],
  ["document", media("document")],
  ["sticker", media("sticker")],
  ["location", location],
  ["contacts", (part) => (Array.isArray(part) ? wordless(readCards(part)) : undefined)],
  ["reaction", reaction],
  ["interactive", readInteractive],
  ["button", button],
  ["order", order],
  ["revoke", revoke],
]);

/** Reads what a message says; undefined for an unknown type or a part that cannot be read. Never throws. */
export function readContent(
  type: string,
  message: Readonly<Record<string, unknown>>,
): Reading | undefined {
  if (type === "edit") return readEdit(message["edit"]);
  return READERS.get(type)?.(message[type]);
}

/** An edit holds the new message whole; of it, only the new words matter. */
function readEdit(part: unknown): Reading | undefined {
  if (!isRecord(part)) return undefined;
  const original = identifier.safeParse(part["original_message_id"]);
  if (!original.success) return undefined;
  return {
    content: { type: "edit", original: original.data },
    text: isRecord(part["message"]) ? editedText(part["message"]) : "",
  };
}

function editedText(message: Record<string, unknown>): string {
  const type = message["type"];
  if (typeof type !== "string") return "";
  return READERS.get(type)?.(message[type])?.text ?? "";
}
