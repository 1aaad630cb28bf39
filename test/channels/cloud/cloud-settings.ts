import { cloudSettings, type CloudSettings } from "../../../src/channels/cloud/settings.ts";

/** Settings that every test of the channel starts from; all values are invented. */
export const RAW_SETTINGS = {
  access_token: "EAAexampleAccessToken",
  verify_tokens: ["verify-one", "verify-two"],
  phone_number_ids: ["810000000000001"],
  app_secrets: ["s3cr3t-do-app"],
} as const;

/** Reads the settings with some of them changed. */
export function settingsWith(changes: Readonly<Record<string, unknown>> = {}): CloudSettings {
  return cloudSettings.parse({ ...RAW_SETTINGS, ...changes });
}
