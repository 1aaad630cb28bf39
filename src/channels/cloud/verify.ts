import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { BridgeError } from "../../errors.ts";
import type { WebhookRequest, WebhookResult } from "../channel.ts";
import type { CloudSettings } from "./settings.ts";

/** Longest challenge echoed. The provider's are about ten digits. */
const CHALLENGE_MAX_LENGTH = 256;

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Answers the call that registers the webhook: echoes the challenge as plain text, never as HTML.
 * Throws `webhook_unverified` unless one of the verify tokens is given. Source: Cloud API reference, create a webhook endpoint.
 */
export function answerHandshake(request: WebhookRequest, settings: CloudSettings): WebhookResult {
  const mode = request.query["hub.mode"];
  const token = request.query["hub.verify_token"];
  const challenge = request.query["hub.challenge"];
  if (mode !== "subscribe") throw unverified("hub.mode is not subscribe");
  if (typeof token !== "string" || !isOneOf(token, settings.verify_tokens)) {
    throw unverified("the verify token is wrong");
  }
  if (typeof challenge !== "string" || challenge.length > CHALLENGE_MAX_LENGTH) {
    throw unverified("the challenge is not a short text");
  }
  return { kind: "handshake", contentType: "text/plain; charset=utf-8", body: challenge };
}

/**
 * Checks the signature over the bytes as they came: the provider escapes its JSON in its own way, so a body that was
 * parsed and written again has another one. Throws `webhook_forged`.
 * Source: Cloud API reference, create a webhook endpoint, validate payloads.
 */
export function checkSignature(request: WebhookRequest, settings: CloudSettings): void {
  if (settings.app_secrets.length === 0 && settings.allow_unsigned) return;
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw forged("the body is compressed, which the provider never does");
  }
  const signature = request.headers["x-hub-signature-256"];
  if (signature === undefined) throw forged("the signature header is missing");
  if (!SIGNATURE.test(signature)) throw forged("the signature header is malformed");
  const genuine = settings.app_secrets.map((secret) => sign(request.rawBody, secret));
  if (!isOneOf(signature, genuine)) throw forged("the signature does not match the body");
}

function sign(rawBody: Buffer, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(rawBody).digest("hex")}`;
}

/** Compares with every candidate in a time that tells nothing about them, their lengths included. */
function isOneOf(given: string, candidates: readonly string[]): boolean {
  const digest = sha256(given);
  const matches = candidates.map((candidate) => timingSafeEqual(digest, sha256(candidate)));
  return matches.includes(true);
}

function sha256(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}

function unverified(detail: string): BridgeError {
  return new BridgeError("webhook_unverified", detail);
}

function forged(detail: string): BridgeError {
  return new BridgeError("webhook_forged", detail);
}
