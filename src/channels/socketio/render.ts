import type { Button, Reply } from "../../messages.ts";
import { storableData, storableRecord, storableText } from "../../storable.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";

/** One message for the widget, with what the person reads of it. */
interface Item {
  readonly payload: unknown;
  readonly text: string;
}

/**
 * Renders replies as Rasa's Socket.IO channel emits them. A message has no key beside those that its kind needs: the
 * widget tells kinds apart by them. Source: Rasa, Socket.IO channel, output of `bot_uttered`.
 */
export function renderSocket(reply: Reply): Rendering {
  const text = storableText(reply.text ?? "").trim();
  const buttons = reply.buttons ?? [];
  const image = storableText(reply.image ?? "").trim();
  const items: readonly Item[] = [
    ...textItems(text, buttons),
    ...customItems(reply.custom),
    ...(image === "" ? [] : [imageItem(image)]),
    ...attachmentItems(reply.attachment),
  ];
  return { messages: items.map(toMessage), notes: [], kept: [] };
}

function toMessage({ payload, text }: Item): RenderedMessage {
  return { payload, text, notes: [], needsWindow: false };
}

/** A blank line starts a new message, and the last one carries the buttons, as in Rasa. */
function textItems(text: string, buttons: readonly Button[]): readonly Item[] {
  const parts = text.split(/\n{2,}/).filter((part) => part.trim() !== "");
  if (buttons.length === 0) return parts.map((part) => ({ payload: { text: part }, text: part }));
  const last = parts.at(-1) ?? "";
  const titles = buttons.map(({ title }) => `[${storableText(title)}]`);
  return [
    ...parts
      .slice(0, -1)
      .map((part) => ({ payload: { text: part, quick_replies: [] }, text: part })),
    {
      payload: { text: last, quick_replies: buttons.map(quickReply) },
      text: [last, ...titles].filter((line) => line !== "").join("\n"),
    },
  ];
}

/** Other keys of a bot's button, such as `type: "web_url"` with its `url`, are for the client to know. */
function quickReply(button: Button): Record<string, unknown> {
  const title = storableText(button.title);
  const payload = storableText(button.payload ?? button.title);
  return { content_type: "text", ...storableRecord(button), title, payload };
}

/**
 * Rasa hands the keys of `custom` to its emitting function, where `data` is what the client gets and the others say to
 * whom; whom we know. Anything else would fail there and reaches our clients as `custom`.
 */
function customItems(custom: unknown): readonly Item[] {
  if (isEmpty(custom)) return [];
  const isForRasa = typeof custom === "object" && custom !== null && Object.hasOwn(custom, "data");
  const payload =
    isForRasa && "data" in custom ? storableData(custom.data) : { custom: storableData(custom) };
  return isEmpty(payload) ? [] : [{ payload, text: "" }];
}

function imageItem(image: string): Item {
  return { payload: { attachment: { type: "image", payload: { src: image } } }, text: image };
}

function attachmentItems(attachment: unknown): readonly Item[] {
  if (isEmpty(attachment)) return [];
  const data = storableData(attachment);
  return [{ payload: { attachment: data }, text: typeof data === "string" ? data : "" }];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
