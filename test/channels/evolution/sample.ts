import type { Channel } from "../../../src/channels/channel.ts";
import { evolution } from "../../../src/channels/evolution/index.ts";
import {
  evolutionSettings,
  type EvolutionSettings,
} from "../../../src/channels/evolution/settings.ts";
import { problemsOf } from "../../standins/evolution-rules.ts";

/** Settings that every test of the channel starts from; all values are invented. */
export const RAW_SETTINGS = {
  base_url: "https://evo.example",
  api_key: "chave-global-inventada",
  instances: ["loja-centro"],
  webhook_secrets: ["segredo-do-webhook"],
  body_apikeys: ["6F2C1B7A-90D4-4E55-8C1E-3AA7710D54B9"],
} as const;

export const INSTANCE = RAW_SETTINGS.instances[0];
export const SECRET = RAW_SETTINGS.webhook_secrets[0];

/** What the suite of all channels is told of this one. */
export const SAMPLE = {
  settings: RAW_SETTINGS,
  to: { account: INSTANCE, identities: [{ kind: "phone", value: "5521987650011" }] },
  problemsOf: (payload: unknown) => problemsOf({ version: "v2", integration: "baileys" }, payload),
} as const;

/** Reads the settings with some of them changed. */
export function settingsWith(changes: Readonly<Record<string, unknown>> = {}): EvolutionSettings {
  return evolutionSettings.parse({ ...RAW_SETTINGS, ...changes });
}

/** A channel with some settings changed. */
export function channelWith(changes: Readonly<Record<string, unknown>> = {}): Channel {
  return evolution.configure({ ...RAW_SETTINGS, ...changes });
}
