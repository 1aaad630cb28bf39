import type { WebhookRequest } from "../channel.ts";
import { presentsSecret } from "../webhook-secret.ts";
import type { SerproSettings } from "./settings.ts";

/**
 * Where the token may stand: in the path, which we choose ourselves and so certainly works, or where the provider may
 * put the `jwtToken` it was registered with. Source: published integrations, webhook registration.
 */
const PLACES = { authorization: true, headers: ["jwttoken", "x-webhook-token"] } as const;

/** Tells whether a call carries one of our tokens; the provider signs nothing. */
export function isGenuine(request: WebhookRequest, { webhook_tokens }: SerproSettings): boolean {
  return presentsSecret(request, webhook_tokens, PLACES);
}
