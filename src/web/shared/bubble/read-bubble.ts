import type { Message } from "../api-types.ts";
import { type Bubble, textBubble } from "./bubble.ts";
import { fieldsOf } from "./fields.ts";
import { readAcs } from "./read-acs.ts";
import { readContent } from "./read-content.ts";
import { readEvolution } from "./read-evolution.ts";
import { readSerpro } from "./read-serpro.ts";
import { readWeb } from "./read-web.ts";
import { readWhatsApp } from "./read-whatsapp.ts";

/** What of a message decides how it looks. */
export type BubbleSource = Pick<
  Message,
  "id" | "direction" | "text" | "content" | "payload" | "template_name"
>;

/** Reads a payload; undefined where it is of no known shape, and then the text alone is shown. */
export type ReadPayload = (payload: unknown, text: string) => Bubble | undefined;

const READERS: Readonly<Record<string, ReadPayload>> = {
  cloud: readWhatsApp,
  serpro: readSerpro,
  acs: readAcs,
  "acs-connect": readAcs,
  evolution: readEvolution,
  // A text message is its text.
  sms: (_payload, text) => textBubble(text),
  rest: readWeb,
  callback: readWeb,
  socketio: readWeb,
};

/** Finds whose payload it is by its shape, where the channel's type is not known. */
function guessReader(payload: unknown): ReadPayload {
  const fields = fieldsOf(payload);
  if ("route" in fields) return readEvolution;
  if ("form" in fields) return readSerpro;
  if ("kind" in fields) return readAcs;
  return "type" in fields ? readWhatsApp : readWeb;
}

/** Reads what a provider was given; undefined where that is of no shape we know. */
export function readPayload(payload: unknown, channelType: string, text: string) {
  const reader = Object.hasOwn(READERS, channelType) ? READERS[channelType] : undefined;
  return (reader ?? guessReader(payload))(payload, text);
}

/**
 * Reads how a phone would show a message: an inbound one from its `content`, an outbound one from the payload that the
 * provider was given, which is different for each channel type. Total: what cannot be read is shown as its text.
 */
export function readBubble(message: BubbleSource, channelType: string): Bubble {
  const { direction, payload, text, template_name: template } = message;
  if (direction === "in") return readContent(message);
  const read = readPayload(payload, channelType, text) ?? textBubble(text);
  return template === null ? read : { ...read, template };
}
