import { type Bubble, type BubbleCard, type BubbleList, textBubble } from "./bubble.ts";
import { type Fields, fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import { placeOf } from "./read-content.ts";

/** Reads a payload in WhatsApp's own dialect. Source: Cloud API reference, messages. */
export function readWhatsApp(payload: unknown, text: string): Bubble | undefined {
  const fields = fieldsOf(payload);
  const { type } = fields;
  const part = fieldsOf(typeof type === "string" ? fields[type] : undefined);
  const words = textBubble("");
  switch (type) {
    case "text":
      return { ...words, text: wordsOf(part["body"]) ?? text };
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return { ...words, text: wordsOf(part["caption"]) ?? "", media: mediaOf(type, part) };
    case "location":
      return { ...words, location: placeOf(part) };
    case "contacts":
      return { ...words, cards: itemsOf(fields["contacts"]).map(cardOf) };
    case "reaction":
      return { ...words, reaction: wordsOf(part["emoji"]) ?? "" };
    case "template":
      return readTemplate(part, text);
    case "interactive":
      return readInteractive(part, text);
    default:
      return undefined;
  }
}

function mediaOf(
  kind: "image" | "video" | "audio" | "document" | "sticker",
  part: Fields,
): NonNullable<Bubble["media"]> {
  const shown = kind === "audio" && part["voice"] === true ? "voice" : kind;
  return { kind: shown, source: wordsOf(part["link"]), name: wordsOf(part["filename"]) };
}

function cardOf(raw: unknown): BubbleCard {
  const card = fieldsOf(raw);
  const lines = [
    wordsOf(fieldsOf(card["org"])["company"]),
    ...itemsOf(card["phones"]).map((phone) => wordsOf(fieldsOf(phone)["phone"])),
    ...itemsOf(card["emails"]).map((email) => wordsOf(fieldsOf(email)["email"])),
  ];
  return {
    name: wordsOf(fieldsOf(card["name"])["formatted_name"]) ?? "",
    lines: lines.filter((line) => line !== undefined),
  };
}

const FILES = ["image", "video", "document"] as const;

/** A file that a header or a parameter is made of. */
function fileIn(part: Fields): Bubble["media"] {
  const kind = FILES.find((known) => known === part["type"]);
  return kind === undefined ? undefined : mediaOf(kind, fieldsOf(part[kind]));
}

/** The payload has the values only, so the text is what was logged. */
function readTemplate(part: Fields, text: string): Bubble {
  const header = itemsOf(part["components"])
    .map(fieldsOf)
    .find(({ type }) => type === "header");
  const [parameter] = itemsOf(header?.["parameters"]);
  const file = fieldsOf(parameter);
  return {
    ...textBubble(text),
    template: wordsOf(part["name"]),
    media: fileIn(file),
    location: file["type"] === "location" ? placeOf(fieldsOf(file["location"])) : undefined,
  };
}

function readInteractive(part: Fields, text: string): Bubble {
  const header = fieldsOf(part["header"]);
  const action = fieldsOf(part["action"]);
  const framed: Bubble = {
    ...textBubble(wordsOf(fieldsOf(part["body"])["text"]) ?? text),
    header: header["type"] === "text" ? wordsOf(header["text"]) : undefined,
    media: fileIn(header),
    footer: wordsOf(fieldsOf(part["footer"])["text"]),
  };
  switch (part["type"]) {
    case "button":
      return { ...framed, buttons: itemsOf(action["buttons"]).map(buttonOf) };
    case "list":
      return { ...framed, list: listOf(action) };
    case "cta_url":
      return { ...framed, links: [linkOf(fieldsOf(action["parameters"]))] };
    case "location_request_message":
      return { ...framed, other: "location_request" };
    case "request_contact_info":
      return { ...framed, other: "contact_request" };
    default:
      return { ...framed, other: wordsOf(part["type"]) ?? "interactive" };
  }
}

function buttonOf(raw: unknown): Bubble["buttons"][number] {
  const { id, title } = fieldsOf(fieldsOf(raw)["reply"]);
  return { id: wordsOf(id) ?? "", title: wordsOf(title) ?? "", source: "button" };
}

function linkOf(parameters: Fields): Bubble["links"][number] {
  const target = wordsOf(parameters["url"]) ?? "";
  return { title: wordsOf(parameters["display_text"]) ?? target, target };
}

function listOf(action: Fields): BubbleList {
  const sections = itemsOf(action["sections"]).map((raw) => {
    const { title, rows } = fieldsOf(raw);
    return { title: wordsOf(title) ?? "", rows: itemsOf(rows).map(rowOf) };
  });
  return { button: wordsOf(action["button"]) ?? "", sections };
}

function rowOf(raw: unknown): BubbleList["sections"][number]["rows"][number] {
  const { id, title, description } = fieldsOf(raw);
  return {
    id: wordsOf(id) ?? "",
    title: wordsOf(title) ?? "",
    description: wordsOf(description),
  };
}
