import { BridgeError } from "../../errors.ts";
import type { WebhookRequest } from "../channel.ts";
import { isOneOf, presentsSecret } from "../webhook-secret.ts";
import { isRecord } from "../whatsapp/inbound/fields.ts";
import type { EvolutionSettings } from "./settings.ts";

/**
 * Checks that a call comes from a server of ours: by a token that `authenticate` vouched for, a secret in the path, a header
 * or the query, or the instance token of the body. `parse` is asked only for the last. Throws `webhook_forged`.
 * Source: Evolution API documentation, webhooks, headers and `jwt_key`.
 */
export function checkCaller(
  request: WebhookRequest,
  parse: () => unknown,
  { webhook_secrets: secrets, body_apikeys: keys }: EvolutionSettings,
): void {
  if (request.isAuthenticated === true) return;
  if (presentsSecret(request, secrets)) return;
  if (keys.length > 0 && carriesKey(parse(), keys)) return;
  throw new BridgeError("webhook_forged", "the call carries no valid token, secret or key");
}

/** The webhook about failures inside the server calls its key otherwise. */
function carriesKey(body: unknown, keys: readonly string[]): boolean {
  if (!isRecord(body)) return false;
  const key = body["apikey"] ?? body["api_key"];
  return typeof key === "string" && isOneOf(key, keys);
}
