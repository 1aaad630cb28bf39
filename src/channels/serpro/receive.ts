import { BridgeError } from "../../errors.ts";
import { parseJson, type WebhookRequest, type WebhookResult } from "../channel.ts";
import { type Contents, contentsOf, lineOf } from "./envelope.ts";
import { readValue } from "./events.ts";
import type { SerproSettings } from "./settings.ts";
import { answerHandshake } from "../whatsapp/handshake.ts";
import { isGenuine } from "./verify.ts";

type Reading = Exclude<WebhookResult, { readonly kind: "handshake" }>;

/** Builds the reader of webhook calls. It throws `webhook_forged` and `webhook_unverified`, nothing else. */
export function createReceive(
  settings: SerproSettings,
): (request: WebhookRequest) => WebhookResult {
  return (request) => {
    if (request.method === "GET") return answerHandshake(request, settings.webhook_tokens);
    if (!isGenuine(request, settings)) {
      throw new BridgeError("webhook_forged", "the token is missing or wrong");
    }
    return readGenuine(request.rawBody, settings);
  };
}

/** Reads a genuine body. One that cannot be read would be no better if it came again: it is kept instead. */
export function readGenuine(rawBody: Buffer, settings: SerproSettings): Reading {
  const contents = parse(rawBody);
  if (contents === undefined) return { kind: "quarantine", reason: "the body is not JSON" };
  const { values, unreadable } = contents;
  if (values.length === 0) {
    return { kind: "quarantine", reason: "the body is not a webhook of the provider" };
  }
  const events = values.flatMap((value) => readValue(value, settings));
  const what = `relayed parts that cannot be read: ${String(unreadable)}`;
  return {
    kind: "events",
    events: unreadable === 0 ? events : [...events, { kind: "unsupported", what }],
  };
}

/**
 * Builds the test for calls that arrive at another channel's address: a body of the provider's shape that is for our
 * number or carries our token. Whether it is genuine is for `receive` to say.
 */
export function createRecognises(
  settings: SerproSettings,
): (request: WebhookRequest) => "all" | undefined {
  return (request) => {
    if (request.method !== "POST") return undefined;
    const { values } = parse(request.rawBody) ?? { values: [] };
    if (values.length === 0) return undefined;
    const isOurs = values.some((value) => lineOf(value) === settings.phone_number_id);
    return isOurs || isGenuine(request, settings) ? "all" : undefined;
  };
}

function parse(rawBody: Buffer): Contents | undefined {
  try {
    return contentsOf(parseJson(rawBody));
  } catch (thrown) {
    if (thrown instanceof BridgeError) return undefined;
    throw thrown;
  }
}
