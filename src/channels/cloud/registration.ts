import { createHmac } from "node:crypto";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";
import type {
  RegisteredWebhook,
  WebhookDesk,
  WebhookRegistration,
} from "../webhook-registration.ts";
import { askForChallenge } from "../whatsapp/ask-challenge.ts";
import { identifier } from "../whatsapp/inbound/fields.ts";
import { readRefusal } from "./send.ts";
import type { CloudSettings } from "./settings.ts";

const OBJECT = "whatsapp_business_account";

/** What the bridge reads of a business account. Source: Cloud API reference, webhook fields. */
const FIELDS = [
  "messages",
  "message_template_status_update",
  "message_template_quality_update",
  "message_template_components_update",
  "template_category_update",
  "phone_number_quality_update",
  "account_update",
  "account_alerts",
  "business_capability_update",
  "user_preferences",
  "user_id_update",
  "security",
] as const;

const subscriptions = z.object({
  data: z.array(
    z.looseObject({
      object: z.string(),
      callback_url: z.string().optional(),
      active: z.boolean().optional(),
      fields: z
        .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
        .default([])
        .catch([]),
    }),
  ),
});

const subscribedApps = z.object({
  data: z.array(
    z.looseObject({
      whatsapp_business_api_data: z.looseObject({
        id: identifier,
        name: z.string().max(200).optional().catch(undefined),
      }),
      override_callback_uri: z.string().optional(),
    }),
  ),
});

const done = z.object({ success: z.literal(true) });

/**
 * Meta writes down in two places who gets webhooks: the app has an address, and the business account a list of apps. A
 * webhook that is verified but stays silent is nearly always missing from the second.
 * Source: Cloud API reference, app subscriptions, subscribed apps.
 */
export function createRegistration(
  settings: CloudSettings,
  secrets: readonly string[],
): WebhookRegistration {
  const { business_account_id: owner, verify_tokens: tokens, app_secrets: keys } = settings;
  return {
    address: (url) => url,
    desks: ({ appId }) => [
      ...(appId !== undefined && keys.length > 0 ? [appDesk(settings, secrets, appId)] : []),
      ...(owner !== undefined ? [accountDesk(settings, secrets, { owner, appId })] : []),
    ],
    caller: {
      handshake: (url, challenge) => askForChallenge(url, tokens[0] ?? "", challenge),
      post: (url, body) => Promise.resolve(signed(url, body, keys[0])),
      emptyBody: JSON.stringify({ object: OBJECT, entry: [] }),
    },
  };
}

function signed(url: string, body: string, key: string | undefined): HttpRequest {
  const signature =
    key === undefined
      ? {}
      : { "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}` };
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json", ...signature },
    body,
  };
}

type Make = Pick<CloudSettings, "graph_url" | "api_version" | "verify_tokens" | "app_secrets">;

const addressOf = ({ graph_url: graph, api_version: version }: Make, node: string, edge: string) =>
  `${graph}/${version}/${encodeURIComponent(node)}/${edge}`;

/** The answer where it is none of refusal. Throws `channel_*`. */
function goodBody(response: HttpResponse, secrets: readonly string[]): unknown {
  const body = readJson(response.body);
  const refusal = readRefusal(body, response.status, secrets);
  if (refusal !== undefined) throw refusal;
  return body;
}

const unreadable = (detail: string) => new BridgeError("channel_unreadable", detail);

function checkDone(secrets: readonly string[]): (response: HttpResponse) => void {
  return (response) => {
    if (!done.safeParse(goodBody(response, secrets)).success)
      throw unreadable("the answer does not say that it was done");
  };
}

/** The address of an app. Its own token opens it, which is made of its id and its secret. */
function appDesk(settings: CloudSettings, secrets: readonly string[], appId: string): WebhookDesk {
  const url = addressOf(settings, appId, "subscriptions");
  const headers = { authorization: `Bearer ${appId}|${settings.app_secrets[0] ?? ""}` };
  const ofAccount = `object=${OBJECT}`;
  return {
    name: `app ${appId}`,
    list: { method: "GET", url, headers },
    read: (response) => {
      const list = subscriptions.safeParse(goodBody(response, secrets)).data;
      if (list === undefined) throw unreadable("the answer is no list of subscriptions");
      return list.data.filter(({ object }) => object === OBJECT).map(describeSubscription);
    },
    wrong: ([found], wanted) => {
      if (found === undefined) return "no address is registered";
      if (found.url !== wanted) return "another address is registered";
      return found.about;
    },
    replaces: ([found]) => found,
    register: (wanted) => ({
      method: "POST",
      url,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({
        object: OBJECT,
        callback_url: wanted,
        verify_token: settings.verify_tokens[0],
        fields: FIELDS.join(","),
      }),
    }),
    remove: () => ({ method: "DELETE", url: `${url}?${ofAccount}`, headers }),
    check: checkDone(secrets),
  };
}

function describeSubscription({
  callback_url: url,
  active,
  fields,
}: z.output<typeof subscriptions>["data"][number]): RegisteredWebhook {
  const wrong =
    active === false
      ? "the subscription is switched off"
      : fields.includes("messages")
        ? undefined
        : "the field messages is not subscribed to";
  return { ...(url !== undefined && { url }), ...(wrong !== undefined && { about: wrong }) };
}

/** The apps that a business account tells of its messages. */
function accountDesk(
  settings: CloudSettings,
  secrets: readonly string[],
  { owner, appId }: { readonly owner: string; readonly appId: string | undefined },
): WebhookDesk {
  const url = addressOf(settings, owner, "subscribed_apps");
  const headers = { authorization: `Bearer ${settings.access_token}` };
  const ourOwn = (found: readonly RegisteredWebhook[]) =>
    appId === undefined ? found[0] : found.find(({ id }) => id === appId);
  return {
    name: `business account ${owner}`,
    list: { method: "GET", url, headers },
    read: (response) => {
      const list = subscribedApps.safeParse(goodBody(response, secrets)).data;
      if (list === undefined) throw unreadable("the answer is no list of apps");
      return list.data.map(({ whatsapp_business_api_data: app, override_callback_uri: own }) => ({
        id: app.id,
        about: `app ${app.name ?? ""}`.trim(),
        ...(own !== undefined && own !== "" && { url: own }),
      }));
    },
    wrong: (found, wanted) => {
      const app = ourOwn(found);
      if (app === undefined)
        return found.length === 0
          ? "no app is subscribed: webhooks never come"
          : "only other apps are subscribed, so their webhooks come and ours do not";
      if (app.url === undefined || app.url === wanted) return undefined;
      return "the account sends its webhooks to an address of its own, and not to ours";
    },
    replaces: ourOwn,
    register: () => ({ method: "POST", url, headers }),
    remove: () => ({ method: "DELETE", url, headers }),
    check: checkDone(secrets),
  };
}
