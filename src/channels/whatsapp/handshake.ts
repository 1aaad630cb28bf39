import { BridgeError } from "../../errors.ts";
import type { WebhookRequest, WebhookResult } from "../channel.ts";
import { isOneOf } from "../webhook-secret.ts";

/** Longest challenge echoed. The provider's are about ten digits. */
const CHALLENGE_MAX_LENGTH = 256;

/**
 * Answers the call that registers a webhook: echoes the challenge as plain text, never as HTML. Throws `webhook_unverified`
 * unless one of the tokens is given. Source: Cloud API reference, create a webhook endpoint.
 */
export function answerHandshake(
  { query }: Pick<WebhookRequest, "query">,
  tokens: readonly string[],
): WebhookResult {
  const token = query["hub.verify_token"];
  const challenge = query["hub.challenge"];
  if (query["hub.mode"] !== "subscribe") throw unverified("hub.mode is not subscribe");
  if (typeof token !== "string" || !isOneOf(token, tokens)) {
    throw unverified("the verify token is wrong");
  }
  if (typeof challenge !== "string" || challenge.length > CHALLENGE_MAX_LENGTH) {
    throw unverified("the challenge is not a short text");
  }
  return { kind: "handshake", contentType: "text/plain; charset=utf-8", body: challenge };
}

function unverified(detail: string): BridgeError {
  return new BridgeError("webhook_unverified", detail);
}
