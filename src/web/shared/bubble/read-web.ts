import { type Bubble, textBubble } from "./bubble.ts";
import { type Fields, fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import { mediaKindOf } from "./read-content.ts";

/** Reads what web clients are given, in Rasa's words. Source: Rasa, REST and Socket.IO channels. */
export function readWeb(payload: unknown, text: string): Bubble | undefined {
  const fields = fieldsOf(payload);
  const choices = [...itemsOf(fields["buttons"]), ...itemsOf(fields["quick_replies"])].map(
    fieldsOf,
  );
  const links = choices.filter((one) => wordsOf(one["url"]) !== undefined);
  const file = fileIn(fields);
  const said = wordsOf(fields["text"]);
  if (said === undefined && choices.length === 0 && file === undefined) {
    return "custom" in fields ? { ...textBubble(text), other: "custom" } : undefined;
  }
  return {
    ...textBubble(said ?? ""),
    media: file,
    links: links.map((one) => ({ title: titleOf(one), target: wordsOf(one["url"]) ?? "" })),
    buttons: choices
      .filter((one) => !links.includes(one))
      .map((one) => {
        const title = titleOf(one);
        return { id: wordsOf(one["payload"]) ?? title, title, source: "button" };
      }),
  };
}

function titleOf(button: Fields): string {
  return wordsOf(button["title"]) ?? "";
}

function fileIn(fields: Fields): Bubble["media"] {
  const image = wordsOf(fields["image"]);
  if (image !== undefined) return { kind: "image", source: image };
  const { attachment } = fields;
  const address = wordsOf(attachment);
  if (address !== undefined) return { kind: "document", source: address };
  const { type, payload } = fieldsOf(attachment);
  const source = wordsOf(fieldsOf(payload)["src"]) ?? wordsOf(fieldsOf(payload)["url"]);
  return source === undefined ? undefined : { kind: mediaKindOf(type), source };
}
