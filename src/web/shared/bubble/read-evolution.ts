import {
  type Bubble,
  type BubbleButton,
  type BubbleCard,
  type BubbleLink,
  type BubbleList,
  textBubble,
} from "./bubble.ts";
import { type Fields, fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import { mediaKindOf, placeOf } from "./read-content.ts";

/** Where version 1 puts what is specific to each call. Source: Evolution API 1.8, message DTOs. */
const NESTED = [
  "textMessage",
  "mediaMessage",
  "audioMessage",
  "stickerMessage",
  "locationMessage",
  "contactMessage",
  "listMessage",
  "buttonMessage",
  "templateMessage",
  "reactionMessage",
  "pollMessage",
] as const;

/** Reads a call to an Evolution server of either version. Source: Evolution API documentation, message. */
export function readEvolution(payload: unknown, text: string): Bubble | undefined {
  const { route, body: raw } = fieldsOf(payload);
  const body = fieldsOf(raw);
  const key = NESTED.find((known) => known in body);
  const part = key === undefined ? body : fieldsOf(body[key]);
  switch (route) {
    case "sendText":
      return textBubble(wordsOf(part["text"]) ?? text);
    case "sendMedia":
    case "sendWhatsAppAudio":
    case "sendSticker":
      return { ...textBubble(wordsOf(part["caption"]) ?? ""), media: mediaOf(route, part) };
    case "sendLocation":
      return { ...textBubble(""), location: placeOf(part) };
    case "sendContact":
      return {
        ...textBubble(""),
        cards: itemsOf(part["contact"] ?? body["contactMessage"]).map(cardOf),
      };
    case "sendReaction":
      return { ...textBubble(""), reaction: wordsOf(part["reaction"]) ?? "" };
    case "sendPoll":
      return { ...textBubble(text), other: "poll" };
    case "sendButtons":
      return { ...frameOf(part, text), ...choicesOf(part) };
    case "sendList":
      return { ...frameOf(part, text), list: listOf(part) };
    case "sendTemplate":
      return { ...textBubble(text), template: wordsOf(part["name"]) };
    default:
      return undefined;
  }
}

function mediaOf(
  route: "sendMedia" | "sendWhatsAppAudio" | "sendSticker",
  part: Fields,
): NonNullable<Bubble["media"]> {
  switch (route) {
    case "sendMedia":
      return {
        kind: mediaKindOf(part["mediatype"]),
        source: wordsOf(part["media"]),
        name: wordsOf(part["fileName"]),
      };
    case "sendWhatsAppAudio":
      return { kind: "voice", source: wordsOf(part["audio"]) };
    case "sendSticker":
      return { kind: "sticker", source: wordsOf(part["sticker"] ?? part["image"]) };
  }
}

/** A phone shows the title in bold above the text; where there is no text, the title is the text. */
function frameOf(part: Fields, text: string): Bubble {
  const title = wordsOf(part["title"]);
  const description = wordsOf(part["description"]);
  return {
    ...textBubble(description ?? title ?? text),
    header: description === undefined ? undefined : title,
    footer: wordsOf(part["footer"] ?? part["footerText"]),
  };
}

function choicesOf(part: Fields): {
  readonly buttons: readonly BubbleButton[];
  readonly links: readonly BubbleLink[];
} {
  const all = itemsOf(part["buttons"]).map((raw) => {
    const button = fieldsOf(raw);
    const title = wordsOf(button["displayText"]) ?? wordsOf(button["buttonText"]) ?? "";
    const id = wordsOf(button["id"]) ?? wordsOf(button["buttonId"]) ?? "";
    return { title, id, target: wordsOf(button["url"]) };
  });
  return {
    buttons: all.flatMap(({ title, id, target }) =>
      target === undefined ? [{ title, id, source: "button" as const }] : [],
    ),
    links: all.flatMap(({ title, target }) => (target === undefined ? [] : [{ title, target }])),
  };
}

function listOf(part: Fields): BubbleList {
  const sections = itemsOf(part["sections"]).map((raw) => {
    const { title, rows } = fieldsOf(raw);
    return {
      title: wordsOf(title) ?? "",
      rows: itemsOf(rows).map((row) => {
        const fields = fieldsOf(row);
        return {
          id: wordsOf(fields["rowId"]) ?? "",
          title: wordsOf(fields["title"]) ?? "",
          description: wordsOf(fields["description"]),
        };
      }),
    };
  });
  return { button: wordsOf(part["buttonText"]) ?? "", sections };
}

function cardOf(raw: unknown): BubbleCard {
  const card = fieldsOf(raw);
  const lines = [card["organization"], card["phoneNumber"], card["email"]].map(wordsOf);
  return {
    name: wordsOf(card["fullName"]) ?? "",
    lines: lines.filter((line) => line !== undefined),
  };
}
