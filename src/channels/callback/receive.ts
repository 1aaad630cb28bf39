import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ChannelEvent } from "../../messages.ts";
import { readRasaMessage } from "../../rasa-message.ts";
import { storableData, storableText } from "../../storable.ts";
import { parseJson, type WebhookRequest, type WebhookResult } from "../channel.ts";
import { presentsSecret } from "../webhook-secret.ts";
import type { CallbackSettings } from "./settings.ts";

/** Characters of a recipient; no conversation is known by a longer name. */
const MAX_RECIPIENT = 512;

/** Where Rasa can put a secret: `token` in the query, `headers`, or the `url` itself. Source: Rasa, callback channel. */
const PLACES = { queryKeys: ["token"], authorization: true } as const;

const addressed = z.object({ recipient_id: z.union([z.string(), z.number()]) });

/** Builds the reader of a bot's calls. It throws `webhook_forged` and nothing else. */
export function receiveCallback(
  settings: CallbackSettings,
): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    if (!presentsSecret(request, settings.secrets, PLACES)) {
      throw new BridgeError("webhook_forged", "the secret is missing or wrong");
    }
    return readCallback(request.rawBody);
  };
}

/**
 * Reads what a bot pushed: one message or an array of them. Rasa posts one at a time, its documentation shows an array.
 * A body that cannot be read is kept: Rasa never sends it again. Source: Rasa, callback channel.
 */
export function readCallback(rawBody: Buffer): Exclude<WebhookResult, { kind: "handshake" }> {
  try {
    const body = parseJson(rawBody);
    if (typeof body !== "object" || body === null) {
      return { kind: "quarantine", reason: "the body is neither a message nor a list of them" };
    }
    const items: readonly unknown[] = Array.isArray(body) ? body : [body];
    return { kind: "events", events: items.map(toEvent) };
  } catch (thrown) {
    if (thrown instanceof BridgeError) return { kind: "quarantine", reason: thrown.detail };
    throw thrown;
  }
}

function toEvent(item: unknown): ChannelEvent {
  const recipient = recipientOf(item);
  if (recipient === "") return { kind: "unsupported", what: "push without a recipient" };
  if (recipient.length > MAX_RECIPIENT) {
    return { kind: "unsupported", what: "push to a recipient with too long a name" };
  }
  const reply = readRasaMessage(storableData(item));
  if (reply === undefined) return { kind: "unsupported", what: "push without content" };
  return { kind: "push", recipient, reply };
}

function recipientOf(item: unknown): string {
  const { data } = addressed.safeParse(item);
  return data === undefined ? "" : storableText(String(data.recipient_id)).trim();
}
