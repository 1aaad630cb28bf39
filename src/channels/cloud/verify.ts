import { createHmac, timingSafeEqual } from "node:crypto";
import { BridgeError } from "../../errors.ts";
import type { WebhookRequest } from "../channel.ts";
import type { CloudSettings } from "./settings.ts";

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const PREFIX_LENGTH = "sha256=".length;

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
  const given = Buffer.from(signature.slice(PREFIX_LENGTH), "hex");
  const matches = settings.app_secrets.map((secret) =>
    timingSafeEqual(given, createHmac("sha256", secret).update(request.rawBody).digest()),
  );
  if (!matches.includes(true)) throw forged("the signature does not match the body");
}

function forged(detail: string): BridgeError {
  return new BridgeError("webhook_forged", detail);
}
