import type { HttpRequest } from "../../transport.ts";
import { type Acknowledged, ALL_SIGNS, type Signs } from "../channel.ts";
import { call } from "./call.ts";
import { type Recipient, recipientOf } from "./jid.ts";
import { integrationOf, type EvolutionSettings } from "./settings.ts";

/** How long the sign is shown, milliseconds. The server answers only after that, so it stays below our patience. */
const TYPING_MS = 4000;

/**
 * Builds the descriptions of the calls that mark a message as read and show that an answer is being written. Only paired phones
 * can do either. Source: Evolution API documentation, chat, markMessageAsRead and sendPresence.
 */
export function createAcknowledge(
  settings: EvolutionSettings,
): (message: Acknowledged, signs?: Signs) => readonly HttpRequest[] {
  const { acknowledge } = settings;
  return (message, { read, typing } = ALL_SIGNS) => {
    const to = recipientOf(message.identities);
    const isPaired = integrationOf(settings, message.account) === "baileys";
    if (to === undefined || !isPaired || acknowledge === "off") return [];
    return [
      ...(read && acknowledge !== "typing" ? [markRead(settings, message, to)] : []),
      ...(typing && acknowledge !== "read" ? [showTyping(settings, message, to)] : []),
    ];
  };
}

function markRead(
  settings: EvolutionSettings,
  { account, externalId }: Acknowledged,
  { jid }: Recipient,
): HttpRequest {
  const read = [{ remoteJid: jid, fromMe: false, id: externalId }];
  const route = "chat/markMessageAsRead";
  if (settings.api_version === "v2") return call(settings, route, account, { readMessages: read });
  return call(settings, route, account, { read_messages: read }, "PUT");
}

function showTyping(
  settings: EvolutionSettings,
  { account }: Acknowledged,
  { number }: Recipient,
): HttpRequest {
  const options = { delay: TYPING_MS, presence: "composing" };
  const body = settings.api_version === "v2" ? { number, ...options } : { number, options };
  return call(settings, "chat/sendPresence", account, body);
}
