import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpRequest } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";
import type { Finding, Inspection } from "../webhook-registration.ts";
import { readRefusal } from "./send.ts";
import type { CloudSettings } from "./settings.ts";

/** What a token must be allowed: to send, and to look after templates and subscriptions. */
const SCOPES = ["whatsapp_business_messaging", "whatsapp_business_management"] as const;

/** Before its end a token is worth a word. */
const SOON_MS = 7 * 24 * 3_600_000;

const NEW_TOKEN =
  "make a token of a system user with both WhatsApp permissions (business settings, system users) and put it into WPP_AUTHORIZATION_TOKEN";

const seconds = z.number().int().min(0).optional().catch(undefined);

const tokenSchema = z.object({
  data: z.looseObject({
    is_valid: z.boolean(),
    app_id: z.union([z.string(), z.number().transform(String)]).optional(),
    expires_at: seconds,
    data_access_expires_at: seconds,
    scopes: z.array(z.string()).default([]).catch([]),
  }),
});

const word = z
  .string()
  .regex(/^[A-Z_]{1,40}$/)
  .optional()
  .catch(undefined);

const numberSchema = z.looseObject({
  display_phone_number: z.string().max(40).optional().catch(undefined),
  verified_name: z.string().max(200).optional().catch(undefined),
  status: word,
  quality_rating: word,
  name_status: word,
  account_mode: word,
});

/** Builds the calls that show what a token may do and how each number fares. Source: Cloud API reference, phone numbers; Graph API, debug_token. */
export function createInspections(
  settings: CloudSettings,
  secrets: readonly string[],
): readonly Inspection[] {
  return [
    inspectToken(settings, secrets),
    ...settings.phone_number_ids.map((account) => inspectNumber(settings, secrets, account)),
  ];
}

function callOf(settings: CloudSettings, route: string): HttpRequest {
  const { graph_url: graph, api_version: version, access_token: token } = settings;
  return {
    method: "GET",
    url: `${graph}/${version}/${route}`,
    headers: { authorization: `Bearer ${token}` },
  };
}

function inspectToken(settings: CloudSettings, secrets: readonly string[]): Inspection {
  const query = new URLSearchParams({ input_token: settings.access_token });
  return {
    name: "token",
    request: callOf(settings, `debug_token?${query.toString()}`),
    read: (response, now) => {
      const body = readJson(response.body);
      const refusal = readRefusal(body, response.status, secrets);
      if (refusal !== undefined) throw refusal;
      const data = tokenSchema.safeParse(body).data?.data;
      if (data === undefined)
        throw new BridgeError("channel_unreadable", "nothing about the token");
      const { app_id: appId } = data;
      return { ...judgeToken(data, now), ...(appId !== undefined && { appId }) };
    },
  };
}

type Token = z.output<typeof tokenSchema>["data"];

function judgeToken({ is_valid: isValid, scopes, ...token }: Token, now: Date): Finding {
  if (!isValid) return { level: "fail", detail: "the token is not valid any more", fix: NEW_TOKEN };
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0)
    return { level: "fail", detail: `the token lacks ${missing.join(" and ")}`, fix: NEW_TOKEN };
  const ends = [token.expires_at, token.data_access_expires_at].filter((end) => (end ?? 0) > 0);
  if (ends.length === 0) return { level: "ok", detail: "valid, with both permissions, no end" };
  const end = Math.min(...ends.map((at) => (at ?? 0) * 1_000));
  const until = new Date(end).toISOString().slice(0, 16).replace("T", " ");
  if (end - now.getTime() > SOON_MS) return { level: "ok", detail: `valid until ${until} UTC` };
  return { level: "warn", detail: `the token ends at ${until} UTC`, fix: NEW_TOKEN };
}

const NUMBER_FIELDS =
  "display_phone_number,verified_name,status,quality_rating,name_status,account_mode";

function inspectNumber(
  settings: CloudSettings,
  secrets: readonly string[],
  account: string,
): Inspection {
  return {
    name: `number ${account}`,
    request: callOf(settings, `${encodeURIComponent(account)}?fields=${NUMBER_FIELDS}`),
    read: (response) => {
      const body = readJson(response.body);
      const refusal = readRefusal(body, response.status, secrets);
      if (refusal !== undefined) throw refusal;
      const number = numberSchema.safeParse(body).data;
      if (number === undefined)
        throw new BridgeError("channel_unreadable", "nothing about the number");
      return judgeNumber(number);
    },
  };
}

/** Numbers in these states send and receive. Source: Cloud API reference, phone numbers, status. */
const WORKING: readonly string[] = ["CONNECTED", "FLAGGED", "RATE_LIMITED"];

function judgeNumber(number: z.output<typeof numberSchema>): Finding {
  const { status = "", quality_rating: quality, display_phone_number: shown } = number;
  const named = [shown, number.verified_name].filter((part) => part !== undefined).join(" ");
  const detail = [named, status || "no state", quality && `quality ${quality}`]
    .filter((part) => part !== undefined && part !== "")
    .join(", ");
  if (!WORKING.includes(status))
    return {
      level: "fail",
      detail,
      fix: "register the number with its PIN in WhatsApp Manager (phone numbers), and look for a warning there",
    };
  if (quality === "RED" || quality === "YELLOW" || status !== "CONNECTED")
    return {
      level: "warn",
      detail,
      fix: "people block or report what is sent: look at the insights in WhatsApp Manager before the next campaign",
    };
  if (number.account_mode === "SANDBOX")
    return { level: "ok", detail: `${detail}; a test number: it writes to five people only` };
  return { level: "ok", detail };
}
