import { type SmsSettings, smsSettings } from "../../../src/channels/sms/settings.ts";

/** Base64, as the portal shows it; invented like every other value. */
export const ACCESS_KEY = "c21zLWFjY2Vzcy1rZXktb2YtdGhlLXRlc3Rz";
export const WEBHOOK_SECRET = "event-grid-secret-of-the-tests";
export const PARTNER_KEY = "partner-key-of-the-tests";
export const SENDER = "+551140040000";
export const PERSON = "5511987650033";

/** Settings that every test of the channel starts from. */
export const RAW_SETTINGS = {
  senders: [SENDER],
  endpoint: "https://ponte-tests.communication.azure.com",
  api_key: ACCESS_KEY,
  webhook_secrets: [WEBHOOK_SECRET],
} as const;

/** Reads the settings with some of them changed. */
export function settingsWith(changes: Readonly<Record<string, unknown>> = {}): SmsSettings {
  return smsSettings.parse({ ...RAW_SETTINGS, ...changes });
}
