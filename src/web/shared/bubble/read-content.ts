import { addressOf } from "../address.ts";
import { type Bubble, type BubbleCard, type BubbleMedia, textBubble } from "./bubble.ts";
import { degreesOf, type Fields, fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import type { BubbleSource } from "./read-bubble.ts";

const MEDIA = ["image", "video", "audio", "voice", "document", "sticker"] as const;

/** A kind of medium by its name; a document where it is of none. */
export function mediaKindOf(value: unknown): BubbleMedia["kind"] {
  return MEDIA.find((known) => known === value) ?? "document";
}

/** Reads what a person sent, from the canonical form that all channels share. */
export function readContent({
  id,
  text,
  content,
}: Pick<BubbleSource, "id" | "text" | "content">): Bubble {
  const fields = fieldsOf(content);
  const words = textBubble(text);
  switch (fields["type"]) {
    case "choice":
      return { ...words, text: wordsOf(fields["title"]) ?? text };
    case "media":
      return { ...words, media: mediaOf(id, fields) };
    case "location":
      return { ...words, text: "", location: placeOf(fields) };
    case "contacts":
      return { ...words, text: "", cards: itemsOf(fields["cards"]).map(cardOf) };
    case "reaction":
      return { ...words, text: "", reaction: wordsOf(fields["emoji"]) ?? "" };
    case "form":
    case "order":
    case "call_permission":
    case "trigger":
    case "edit":
    case "revoke":
      return { ...words, other: fields["type"] };
    case "unsupported":
      return { ...words, other: wordsOf(fields["providerType"]) ?? "unsupported" };
    default:
      return words;
  }
}

/** The file is shown from our own store alone: the provider's address is nobody's to fetch. */
function mediaOf(id: string, fields: Fields): BubbleMedia {
  const file = fieldsOf(fields["file"]);
  const isKept = wordsOf(file["id"]) !== undefined;
  return {
    kind: mediaKindOf(fields["media"]),
    name: wordsOf(fields["fileName"]),
    source: isKept ? addressOf(`/messages/${encodeURIComponent(id)}/file`) : undefined,
    missing: wordsOf(file["missing"]),
  };
}

/** Reads a place; undefined where it has no coordinates. */
export function placeOf(fields: Fields): Bubble["location"] {
  const latitude = degreesOf(fields["latitude"]);
  const longitude = degreesOf(fields["longitude"]);
  if (latitude === undefined || longitude === undefined) return undefined;
  return {
    latitude,
    longitude,
    name: wordsOf(fields["name"]),
    address: wordsOf(fields["address"]),
  };
}

function cardOf(raw: unknown): BubbleCard {
  const card = fieldsOf(raw);
  const phones = itemsOf(card["phones"]).map((phone) => {
    const { phone: number, identity } = fieldsOf(phone);
    return wordsOf(number) ?? wordsOf(fieldsOf(identity)["value"]);
  });
  const lines = [wordsOf(card["organisation"]), ...phones, ...itemsOf(card["emails"]).map(wordsOf)];
  return {
    name: wordsOf(card["name"]) ?? "",
    lines: lines.filter((line) => line !== undefined),
  };
}
