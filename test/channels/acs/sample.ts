import { acsSettings, type AcsSettings } from "../../../src/channels/acs/settings.ts";
import { isRecord } from "../../../src/channels/whatsapp/inbound/fields.ts";
import { problemsOf } from "../../standins/acs-rules.ts";

export const CHANNEL_ID = "5a1f0c2e-7b34-4d19-9c60-2e8d4f7a1b03";
export const OTHER_CHANNEL_ID = "5a1f0c2e-7b34-4d19-9c60-2e8d4f7a1b04";
export const ENDPOINT = "https://acs-exemplo.communication.azure.com";
export const ACCESS_KEY = Buffer.from("the access key of the tests").toString("base64");
export const SECRET = "delivery-secret-of-the-tests";

/** Settings that every test of the channel starts from; all values are invented. */
export const RAW_SETTINGS = {
  connection_string: `endpoint=${ENDPOINT}/;accesskey=${ACCESS_KEY}`,
  channel_ids: CHANNEL_ID,
  webhook_secrets: SECRET,
} as const;

/** Reads the settings with some of them changed; undefined takes one away. */
export function settingsWith(changes: Readonly<Record<string, unknown>> = {}): AcsSettings {
  return acsSettings.parse({ ...RAW_SETTINGS, ...changes });
}

/** What the suite over all channels is told of this one. */
export const ACS_SAMPLE = {
  settings: { ...RAW_SETTINGS, api_key: ACCESS_KEY },
  to: { account: CHANNEL_ID, identities: [{ kind: "phone", value: "5561912345678" }] },
  problemsOf: (payload: unknown) => sentForms(payload).flatMap((body) => problemsOf(body)),
} as const;

/** What leaves of a payload: its own form, and the plain one that may be sent instead. */
export function sentForms(payload: unknown): readonly unknown[] {
  if (!isRecord(payload)) return [payload];
  const { plain, ...own } = payload;
  return plain === undefined ? [own] : [own, { to: own["to"], ...(isRecord(plain) ? plain : {}) }];
}
