import type { HttpResponse } from "../../transport.ts";
import type { Probe } from "../channel.ts";
import { endpointsOf } from "./endpoints.ts";
import { readWebhooks } from "./operations.ts";
import type { SerproSettings } from "./settings.ts";

/**
 * Asks which webhooks are registered: the call proves the credentials, and shows the usual mistake, that none is. An
 * answer without such a list still proves the credentials, for the call was not refused.
 */
export function createProbe(settings: SerproSettings, secrets: () => readonly string[]): Probe {
  return {
    request: () => ({ method: "GET", url: endpointsOf(settings).webhooks, headers: {} }),
    read: (response) => ({ state: "connected", detail: detailOf(response, secrets()) }),
  };
}

function detailOf(response: HttpResponse, secrets: readonly string[]): string {
  if (response.status === 404 || response.status === 405) {
    return "the credentials are good; the registered webhooks cannot be listed";
  }
  const webhooks = readWebhooks(response, secrets);
  if (webhooks === undefined) return "the credentials are good; the list of webhooks is unreadable";
  return webhooks.length === 0
    ? "the credentials are good, but no webhook is registered: nothing will arrive"
    : `the credentials are good; webhooks registered: ${String(webhooks.length)}`;
}
