import { createHmac } from "node:crypto";
import { BridgeError } from "../../errors.ts";
import type { WebhookRequest } from "../channel.ts";
import { isOneOf } from "../webhook-secret.ts";
import type { CloudSettings } from "./settings.ts";

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

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

function forged(detail: string): BridgeError {
  return new BridgeError("webhook_forged", detail);
}
