import type { Address, Button, Reply } from "../../messages.ts";
import { storableData, storableText } from "../../storable.ts";
import type { RenderedMessage, Rendering } from "../channel.ts";
import { DEFAULT_SENDER } from "./receive.ts";

/** One item of an answer, without its recipient. Source: Rasa, REST channel, response format. */
interface Item {
  readonly text?: string;
  readonly buttons?: readonly Button[];
  readonly custom?: unknown;
  readonly image?: string;
  readonly attachment?: unknown;
}

/**
 * Renders replies as Rasa's REST channel puts them on the wire. A blank text or an empty value becomes no item: web
 * clients fail on one. `splitText` starts a new item at a blank line, unless the text has buttons.
 */
export function renderRest(splitText: boolean): (reply: Reply, to: Address) => Rendering {
  return (reply, to) => {
    const recipient = to.identities[0]?.value ?? DEFAULT_SENDER;
    const messages = toItems(reply, splitText).map((item): RenderedMessage => ({
      payload: { recipient_id: recipient, ...item },
      text: readable(item),
      notes: [],
      needsWindow: false,
    }));
    return { messages, notes: [], kept: [] };
  };
}

/** In Rasa's order: text with buttons, custom, image, attachment. */
function toItems(reply: Reply, splitText: boolean): readonly Item[] {
  const text = storableText(reply.text ?? "").trim();
  const buttons = reply.buttons ?? [];
  return [
    ...(buttons.length > 0 ? [withButtons(text, buttons)] : textItems(text, splitText)),
    ...(isEmpty(reply.custom) ? [] : [{ custom: storableData(reply.custom) }]),
    ...(isEmpty(reply.image) ? [] : [{ image: storableText(reply.image ?? "") }]),
    ...(isEmpty(reply.attachment) ? [] : [{ attachment: storableData(reply.attachment) }]),
  ];
}

function withButtons(text: string, buttons: readonly Button[]): Item {
  const safe = buttons.map((button) => ({
    ...Object.fromEntries(Object.entries(button).map(([key, value]) => [key, storableData(value)])),
    title: storableText(button.title),
  }));
  return { ...(text === "" ? {} : { text }), buttons: safe };
}

function textItems(text: string, splitText: boolean): readonly Item[] {
  return (splitText ? text.split(/\n{2,}/) : [text])
    .filter((part) => part.trim() !== "")
    .map((part) => ({ text: part }));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** What the person is shown, for history: the text with its choices, or the address of what is shown. */
function readable({ text, buttons = [], image, attachment }: Item): string {
  const lines = [text, ...buttons.map(({ title }) => `[${title}]`), image];
  if (typeof attachment === "string") lines.push(attachment);
  return lines.filter((line) => line !== undefined).join("\n");
}
