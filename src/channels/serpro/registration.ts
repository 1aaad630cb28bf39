import type { HttpResponse } from "../../transport.ts";
import type { WebhookDesk, WebhookRegistration } from "../webhook-registration.ts";
import { askForChallenge } from "../whatsapp/ask-challenge.ts";
import { isSuccess } from "./answers.ts";
import { createOperations, readWebhooks } from "./operations.ts";
import { refusalOf } from "./refusals.ts";
import type { SerproSettings } from "./settings.ts";

/**
 * The webhooks of a line. The token is the last part of the address, the one place that certainly reaches us, and is given as
 * `jwtToken` as well. Source: published integrations.
 */
export function createRegistration(
  settings: SerproSettings,
  secrets: () => readonly string[],
): WebhookRegistration {
  const [token = ""] = settings.webhook_tokens;
  return {
    address: (url) => `${url}/${encodeURIComponent(token)}`,
    desks: () => [lineDesk(settings, secrets, token)],
    caller: {
      handshake: (url, challenge) => askForChallenge(url, token, challenge),
      post: (url, body) =>
        Promise.resolve({
          method: "POST",
          url,
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body,
        }),
      emptyBody: JSON.stringify({ phone_number_id: settings.phone_number_id, messages: [] }),
    },
  };
}

function lineDesk(
  settings: SerproSettings,
  secrets: () => readonly string[],
  token: string,
): WebhookDesk {
  const operations = createOperations(settings);
  return {
    name: `line ${settings.client_id}`,
    list: operations.listWebhooks(),
    read: (response) => readWebhooks(response, secrets())?.map(fromLine) ?? [],
    wrong: (found, wanted) => {
      if (found.length === 0) return "no address is registered";
      if (found.some(({ url }) => url === wanted)) return undefined;
      return "other addresses are registered, ours is not";
    },
    replaces: (found, wanted) => found.find(({ url }) => url === wanted) ?? found[0],
    register: (wanted, instead) =>
      instead?.id === undefined
        ? operations.setWebhook({ uri: wanted, token })
        : operations.changeWebhook(instead.id, { uri: wanted, token }),
    remove: ({ id = "" }) => operations.deleteWebhook(id),
    check: (response: HttpResponse) => {
      if (!isSuccess(response.status)) throw refusalOf(response, secrets());
    },
  };
}

const fromLine = ({ id, uri }: { readonly id?: string; readonly uri: string }) => ({
  url: uri,
  ...(id !== undefined && { id }),
});
