import { type Bubble, type BubbleMedia, type BubbleRow, textBubble } from "./bubble.ts";
import { type Fields, fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import { mediaKindOf } from "./read-content.ts";

/** Reads a payload in the words of Azure. Source: Azure Communication Services REST reference, Messages, send. */
export function readAcs(payload: unknown, text: string): Bubble | undefined {
  const fields = fieldsOf(payload);
  const { kind } = fields;
  switch (kind) {
    case "text":
      return textBubble(wordsOf(fields["content"]) ?? text);
    case "image":
    case "video":
    case "audio":
    case "document":
    case "sticker":
      return { ...textBubble(wordsOf(fields["caption"]) ?? ""), media: mediaOf(fields) };
    case "reaction":
      return { ...textBubble(""), reaction: wordsOf(fields["emoji"]) ?? "" };
    case "template":
      return { ...textBubble(text), template: wordsOf(fieldsOf(fields["template"])["name"]) };
    case "interactive":
      return readInteractive(fieldsOf(fields["interactiveMessage"]), text);
    default:
      return undefined;
  }
}

function mediaOf(fields: Fields): BubbleMedia {
  return {
    kind: mediaKindOf(fields["kind"]),
    source: wordsOf(fields["mediaUri"]),
    name: wordsOf(fields["fileName"]),
  };
}

function readInteractive(message: Fields, text: string): Bubble {
  const header = fieldsOf(message["header"]);
  const { kind, content: raw } = fieldsOf(message["action"]);
  const content = fieldsOf(raw);
  const isFile = wordsOf(header["mediaUri"]) !== undefined;
  const framed: Bubble = {
    ...textBubble(wordsOf(fieldsOf(message["body"])["text"]) ?? text),
    header: wordsOf(header["text"]),
    footer: wordsOf(fieldsOf(message["footer"])["text"]),
    media: isFile ? mediaOf(header) : undefined,
  };
  switch (kind) {
    case "whatsAppButtonAction":
      return {
        ...framed,
        buttons: itemsOf(content["buttons"]).map((one) => ({ ...rowOf(one), source: "button" })),
      };
    case "whatsAppListAction": {
      const sections = itemsOf(content["groups"]).map((group) => {
        const { title, items } = fieldsOf(group);
        return { title: wordsOf(title) ?? "", rows: itemsOf(items).map(rowOf) };
      });
      return { ...framed, list: { button: wordsOf(content["title"]) ?? "", sections } };
    }
    case "whatsAppUrlAction": {
      const target = wordsOf(content["url"]) ?? "";
      return { ...framed, links: [{ title: wordsOf(content["title"]) ?? target, target }] };
    }
    default:
      return { ...framed, other: "interactive" };
  }
}

function rowOf(raw: unknown): BubbleRow {
  const { id, title, description } = fieldsOf(raw);
  return {
    id: wordsOf(id) ?? "",
    title: wordsOf(title) ?? "",
    description: wordsOf(description),
  };
}
