import { ZodError } from "zod";
import type { Channel } from "../channels/channel.ts";
import { CHANNEL_MODULES } from "../channels/index.ts";
import { ConfigError } from "../config/problems.ts";

/**
 * What a channel knows of its provider's words: what a webhook means, what payloads a reply becomes, what call sends one
 * and what the answer to it means. Pure functions: no network, no clock, no environment.
 */
export type Converter = Pick<
  Channel,
  | "accounts"
  | "receive"
  | "reread"
  | "render"
  | "prepare"
  | "interpret"
  | "degrade"
  | "acknowledge"
  | "secrets"
>;

/** The kinds of channel that can be converted for, as `type` names them in the configuration file. */
export const CHANNEL_TYPES: readonly string[] = CHANNEL_MODULES.map(({ type }) => type);

/**
 * Builds the pure part of a channel. `settings` are those of its section in config/bridge.yml with the secrets beside them
 * (`access_token`, `app_secrets`, ...). Throws a `ConfigError` that lists everything wrong with them.
 */
export function createConverter(type: string, settings: unknown): Converter {
  const module = CHANNEL_MODULES.find((one) => one.type === type);
  if (module === undefined) {
    const detail = `no channel is of type ${type}; known are ${CHANNEL_TYPES.join(", ")}`;
    throw new ConfigError([{ where: "type", detail }]);
  }
  try {
    return module.configure(settings);
  } catch (thrown) {
    if (!(thrown instanceof ZodError)) throw thrown;
    const problems = thrown.issues.map(({ path, message }) => ({
      where: [type, ...path.map(String)].join("."),
      detail: message,
    }));
    throw new ConfigError(problems);
  }
}
