import { BridgeError } from "../../errors.ts";
import { parseJson, type WebhookRequest, type WebhookResult } from "../channel.ts";
import { readEnvelope } from "./envelope.ts";
import type { CloudSettings } from "./settings.ts";
import { answerHandshake } from "../whatsapp/handshake.ts";
import { checkSignature } from "./verify.ts";

/** Builds the reader of webhook calls. It throws `webhook_forged` and `webhook_unverified`, nothing else. */
export function createReceive(settings: CloudSettings): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    // The registering call carries no signature.
    if (request.method === "GET") return answerHandshake(request, settings.verify_tokens);
    checkSignature(request, settings);
    return readGenuine(request.rawBody, settings);
  };
}

/** Reads a genuine body. One that cannot be read would come again, unchanged, for a week: it is kept instead. */
export function readGenuine(
  rawBody: Buffer,
  settings: CloudSettings,
): Exclude<WebhookResult, { kind: "handshake" }> {
  try {
    const events = readEnvelope(parseJson(rawBody), settings);
    if (events !== undefined) return { kind: "events", events };
    return { kind: "quarantine", reason: "the body is not a webhook of the provider" };
  } catch (thrown) {
    if (thrown instanceof BridgeError) return { kind: "quarantine", reason: thrown.detail };
    throw thrown;
  }
}
