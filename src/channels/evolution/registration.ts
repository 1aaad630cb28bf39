import { SignJWT } from "jose/jwt/sign";
import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest, HttpResponse } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";
import type {
  Finding,
  Inspection,
  RegisteredWebhook,
  WebhookDesk,
  WebhookRegistration,
} from "../webhook-registration.ts";
import { call } from "./call.ts";
import { refusalOf } from "./refusals.ts";
import type { EvolutionSettings } from "./settings.ts";

/** What the bridge reads; a word that a server does not know makes it refuse all. Source: Evolution API documentation, webhooks. */
const EVENTS = {
  v1: [
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "CONNECTION_UPDATE",
    "QRCODE_UPDATED",
  ],
  v2: [
    "MESSAGES_UPSERT",
    "MESSAGES_UPDATE",
    "MESSAGES_EDITED",
    "MESSAGES_DELETE",
    "CONNECTION_UPDATE",
    "QRCODE_UPDATED",
    "LOGOUT_INSTANCE",
    "STATUS_INSTANCE",
  ],
} as const;

/** Without these nothing is answered, and no status is known. */
const NEEDED = ["MESSAGES_UPSERT", "MESSAGES_UPDATE"] as const;

/** Seconds a token that the server signs is good. Source: Evolution API, webhook controller. */
const TOKEN_SECONDS = 600;

const rowSchema = z
  .looseObject({
    url: z.string().default(""),
    enabled: z.boolean().default(true),
    events: z.array(z.string()).default([]).catch([]),
  })
  .nullable();

/**
 * The webhook of each instance. Version 2 signs a token with our secret; version 1 sends no header, so that the secret is the
 * last part of the address. Source: Evolution API documentation, webhook set and find.
 */
export function createRegistration(settings: EvolutionSettings): WebhookRegistration {
  const [secret] = settings.webhook_secrets;
  const isInAddress = settings.api_version === "v1" && secret !== undefined;
  return {
    address: (url) => (isInAddress ? `${url}/${encodeURIComponent(secret)}` : url),
    desks: () => settings.instances.map((instance) => instanceDesk(settings, instance)),
    caller: {
      post: async (url, body, now) => ({
        method: "POST",
        url,
        headers: { "content-type": "application/json", ...(await showing(settings, now)) },
        body,
      }),
      emptyBody: JSON.stringify({
        event: "ponte.check",
        instance: settings.instances[0],
        data: {},
        ...(secret === undefined && { apikey: settings.body_apikeys[0] }),
      }),
    },
  };
}

/** What a server of this version would show of our secret. */
async function showing(
  { webhook_secrets: [secret], api_version: version }: EvolutionSettings,
  now: Date,
): Promise<Readonly<Record<string, string>>> {
  if (secret === undefined || version === "v1") return {};
  const issued = Math.floor(now.getTime() / 1_000);
  const token = await new SignJWT({ app: "evolution", action: "webhook" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(issued)
    .setExpirationTime(issued + TOKEN_SECONDS)
    .sign(new TextEncoder().encode(secret));
  return { authorization: `Bearer ${token}` };
}

function instanceDesk(settings: EvolutionSettings, instance: string): WebhookDesk {
  const set = (url: string, isEnabled: boolean): HttpRequest =>
    call(settings, "webhook/set", instance, bodyOf(settings, url, isEnabled));
  return {
    name: `instance ${instance}`,
    list: call(settings, "webhook/find", instance),
    read: (response) => readRow(response, settings),
    wrong: ([found], wanted) => {
      if (found === undefined) return "no address is registered";
      if (found.url !== wanted) return "another address is registered";
      return found.about;
    },
    replaces: ([found]) => found,
    register: (wanted) => set(wanted, true),
    remove: ({ url = "" }) => set(url, false),
    check: (response) => {
      if (response.status < 200 || response.status > 299) throw refusalOf(response, settings);
    },
  };
}

function readRow(response: HttpResponse, settings: EvolutionSettings): RegisteredWebhook[] {
  if (response.status < 200 || response.status > 299) throw refusalOf(response, settings);
  const row = rowSchema.safeParse(response.body === "" ? null : readJson(response.body));
  if (!row.success) throw new BridgeError("channel_unreadable", "the answer is no webhook");
  if (row.data === null || row.data.url === "") return [];
  const { url, enabled, events } = row.data;
  const missing = NEEDED.filter((event) => !events.includes(event));
  const about = enabled
    ? missing.length > 0 && events.length > 0 && `without the events ${missing.join(", ")}`
    : "switched off";
  return [{ url, ...(about !== false && { about }) }];
}

function bodyOf(settings: EvolutionSettings, url: string, isEnabled: boolean): object {
  const [secret] = settings.webhook_secrets;
  const events = EVENTS[settings.api_version];
  if (settings.api_version === "v1")
    return { enabled: isEnabled, url, webhook_by_events: false, webhook_base64: true, events };
  const headers = secret === undefined ? {} : { headers: { jwt_key: secret } };
  return {
    webhook: { enabled: isEnabled, url, byEvents: false, base64: true, ...headers, events },
  };
}

const serverSchema = z.looseObject({ version: z.string().regex(/^[\w.+-]{1,40}$/) });

/** Asks which version the server has: calls take another form in version 1. Source: Evolution API, `GET /`. */
export function createInspections({
  base_url: base,
  api_version: told,
}: EvolutionSettings): Inspection[] {
  return [
    {
      name: "server",
      request: { method: "GET", url: `${base}/`, headers: {} },
      read: (response): Finding => {
        const version = serverSchema.safeParse(readJson(response.body)).data?.version;
        if (version === undefined)
          return {
            level: "warn",
            detail: `the server answers ${String(response.status)} and does not tell its version`,
            fix: "is EVOLUTION_BASE_URL the address of Evolution API itself?",
          };
        const isTold = `v${version.split(".")[0] ?? ""}` === told;
        if (isTold) return { level: "ok", detail: `Evolution API ${version}` };
        return {
          level: "fail",
          detail: `the server has version ${version}, and calls are made as for ${told}`,
          fix: `set EVOLUTION_API_VERSION=${version.startsWith("1.") ? "v1" : "v2"}`,
        };
      },
    },
  ];
}
