import { serproSettings, type SerproSettings } from "../../../src/channels/serpro/settings.ts";
import { validatePayload } from "./validate-payload.ts";

/** Settings that every test of the channel starts from; all values are invented. */
export const RAW_SETTINGS = {
  client_id: "300400500600700",
  client_secret: "segredo-do-cliente-0123456789",
  waba_id: "200300400500600",
  webhook_tokens: ["ficha-atual-0123456789", "ficha-nova-0123456789"],
} as const;

export const ACCOUNT = RAW_SETTINGS.client_id;

/** Reads the settings with some of them changed. */
export function settingsWith(changes: Readonly<Record<string, unknown>> = {}): SerproSettings {
  return serproSettings.parse({ ...RAW_SETTINGS, ...changes });
}

/** What the suite over all channels is told of this one. */
export const SERPRO_SAMPLE = {
  settings: RAW_SETTINGS,
  to: { account: ACCOUNT, identities: [{ kind: "phone", value: "556191234567" }] },
  problemsOf: validatePayload,
} as const;
