import { BridgeError } from "../../errors.ts";
import { readEventGrid } from "../azure/envelope.ts";
import { answerGridHandshake } from "../azure/handshake.ts";
import { presentsGridSecret } from "../azure/secrets.ts";
import type { Channel, WebhookRequest, WebhookResult } from "../channel.ts";
import { isOurs, readEvent } from "./events.ts";
import type { SmsSettings } from "./settings.ts";

/** Builds the reader of webhook calls. Throws `webhook_forged` for events and `webhook_unverified` for anything else. */
export function createReceive(settings: SmsSettings): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    const isGenuine = request.isAuthenticated === true || presentsGridSecret(request, settings);
    const handshake = answerGridHandshake(request, isGenuine);
    if (handshake !== undefined) return handshake;
    if (!isGenuine) throw new BridgeError("webhook_forged", "the call carries no valid credential");
    return readGenuine(request.rawBody, settings);
  };
}

/** Reads a genuine body, each of its events on its own. What is no list of events is kept as it came. */
export function readGenuine(
  rawBody: Buffer,
  settings: SmsSettings,
): Exclude<WebhookResult, { kind: "handshake" }> {
  const events = readEventGrid(rawBody);
  if (events === undefined) {
    return { kind: "quarantine", reason: "the body is not a call of Event Grid" };
  }
  return { kind: "events", events: events.map((event) => readEvent(event, settings)) };
}

/** The addresses of WhatsApp's channels, where one subscription of Azure may bring all its events. */
export function createVisits(settings: SmsSettings): NonNullable<Channel["visits"]> {
  return {
    names: ["acs"],
    recognises: ({ rawBody }) => {
      const ours = (readEventGrid(rawBody) ?? []).map((event) => isOurs(event, settings));
      if (!ours.includes(true)) return undefined;
      return ours.includes(false) ? "some" : "all";
    },
  };
}
