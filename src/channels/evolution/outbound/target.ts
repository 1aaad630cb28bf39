import type { RenderedMessage } from "../../channel.ts";
import type { Note } from "../../../messages.ts";
import { type DialectOptions, wordsOf } from "../../whatsapp/dialect.ts";
import type { Recipient } from "../jid.ts";
import type { Route } from "./payload.ts";
import type { Integration } from "../settings.ts";

/** To whom a message goes and what its instance can do. */
export interface Target {
  readonly recipient: Recipient;
  readonly integration: Integration;
  readonly options: DialectOptions;
}

/** Calls that an instance refuses. Source: Evolution API, the services of its three channels. */
const REFUSED: Readonly<Record<Integration, readonly Route[]>> = {
  baileys: ["sendTemplate"],
  business: ["sendSticker", "sendPoll"],
  evolution: [
    "sendWhatsAppAudio",
    "sendSticker",
    "sendLocation",
    "sendContact",
    "sendReaction",
    "sendPoll",
    "sendList",
    "sendTemplate",
  ],
};

/** Tells whether an instance has a call. */
export function takes({ integration }: Target, route: Route): boolean {
  return !REFUSED[integration].includes(route);
}

/** One message as a call of version 2. */
export function send(
  message: Pick<RenderedMessage, "text" | "notes" | "needsWindow" | "menu">,
  target: Target,
  route: Route,
  fields: Readonly<Record<string, unknown>>,
): RenderedMessage {
  const { number } = target.recipient;
  const body = Object.fromEntries(
    Object.entries({ number, ...fields }).filter(([, value]) => value !== undefined),
  );
  return {
    payload: { route, body },
    text: message.text,
    notes: message.notes,
    needsWindow: message.needsWindow && target.integration === "business",
    ...(message.menu !== undefined && { menu: message.menu }),
  };
}

/** The words of a message that its instance has no form for, as a text; none where it has no words. */
export function sendWords(
  message: RenderedMessage,
  target: Target,
  text: string,
  reason: Note,
): readonly RenderedMessage[] {
  if (text.trim() === "") return [];
  const notes = [...message.notes, reason];
  const linkPreview = target.options.previewUrls && /https?:\/\//.test(text);
  return [send({ ...message, text, notes }, target, "sendText", { text, linkPreview })];
}

/** What stands where a message has no title of its own and its form wants one. */
export function titleFor({ options }: Target): string {
  return wordsOf(options).options;
}
