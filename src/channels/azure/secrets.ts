import type { WebhookRequest } from "../channel.ts";
import { presentsSecret } from "../webhook-secret.ts";

/**
 * Tells whether a call of Event Grid carries one of our secrets: in the query as `code` or `secret`, or in a delivery property,
 * which is a header of the subscription's own (`X-Bridge-Secret`, `X-Webhook-Secret` or `Authorization`). Event Grid signs
 * nothing. Source: Event Grid documentation, webhook event delivery; custom delivery properties.
 */
export function presentsGridSecret(
  request: WebhookRequest,
  { webhook_secrets: secrets }: { readonly webhook_secrets: readonly string[] },
): boolean {
  const places = { queryKeys: ["code"], headers: ["x-bridge-secret"], authorization: true };
  return presentsSecret(request, secrets, places);
}
