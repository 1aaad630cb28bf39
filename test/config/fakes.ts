import { z } from "zod";
import { type BackendTools, defineBackend } from "../../src/answers/backend.ts";
import { type Channel, defineChannel } from "../../src/channels/channel.ts";
import { type Config, type ConfigModules, loadConfig } from "../../src/config.ts";
import { ConfigError, type ConfigProblem } from "../../src/config/problems.ts";
import { flag, list } from "../../src/settings.ts";

/** A channel that only carries what loading looks at. */
const channelOf = (parts: Pick<Channel, "accounts" | "endpoints" | "secrets">): Channel => ({
  ...parts,
  delivery: "push",
  receive: () => ({ kind: "events", events: [] }),
  reread: () => ({ kind: "events", events: [] }),
  render: () => ({ messages: [], notes: [], kept: [] }),
  prepare: () => ({ method: "POST", url: "https://provider.test", headers: {} }),
  interpret: () => ({ externalId: "1" }),
  reconciliation: "none",
  maxBodyBytes: 1,
  maxTextLength: 1,
});

const phone = defineChannel({
  type: "phone",
  defaultName: "mobile",
  variables: [
    {
      name: "PHONE_TOKEN",
      aliases: ["OLD_PHONE_TOKEN"],
      setting: "token",
      secret: true,
      switchesOn: true,
    },
    { name: "PHONE_KEYS", setting: "keys", secret: true },
    { name: "PHONE_NUMBERS", setting: "numbers", switchesOn: true },
    { name: "PHONE_URL", setting: "base_url" },
    { name: "PHONE_LOUD", setting: "loud" },
  ],
  settings: z.strictObject({
    token: z.string().min(4, "is too short"),
    keys: list(z.string()).default([]),
    numbers: list(z.string().regex(/^\d+$/, "must be digits")),
    base_url: z.string().default("https://phone.test"),
    loud: flag().default(false),
  }),
  create: (settings) =>
    channelOf({
      accounts: settings.numbers,
      endpoints: [settings.base_url.replace(/\/$/, "")],
      secrets: [settings.token, ...settings.keys],
    }),
});

const rest = defineChannel({
  type: "rest",
  defaultName: "rest",
  variables: [],
  settings: z.strictObject({}),
  create: () => channelOf({ accounts: ["rest"], endpoints: [], secrets: [] }),
});

const silent = { answer: () => Promise.resolve({ outcome: "silent" as const, replies: [] }) };

const rasa = defineBackend({
  type: "rasa",
  variables: [
    { name: "RASA_URL", setting: "url", switchesOn: true },
    { name: "RASA_TOKEN", setting: "token", secret: true },
  ],
  settings: z.strictObject({ url: z.url(), token: z.string().optional() }),
  create: (settings) => ({ ...silent, timeoutMs: 1, secrets: [settings.token ?? ""] }),
});

const templates = defineBackend({
  type: "templates",
  variables: [],
  settings: z.strictObject({ path: z.string().optional() }),
  create: (settings, tools) => {
    if (settings.path !== undefined) tools.readText(settings.path);
    return { ...silent, timeoutMs: 1, secrets: [] };
  },
});

export const FAKE_MODULES: ConfigModules = {
  channels: [phone, rest],
  backends: [rasa, templates],
};

/** Files are never there, and nothing may be called while loading. */
const NO_TOOLS: BackendTools = {
  http: () => Promise.reject(new Error("no call is made while loading")),
  stream: () => Promise.reject(new Error("no call is made while loading")),
  random: () => 0,
  readText: () => {
    throw new Error("there is no such file");
  },
  watch: () => () => undefined,
  warn: () => undefined,
  now: () => new Date(),
  listFiles: () => [],
};

type Environment = Record<string, string>;

/** Loads a file given as text; `undefined` means there is none. */
export function load(
  env: Environment,
  file?: string,
  modules: ConfigModules = FAKE_MODULES,
  tools = NO_TOOLS,
): Config {
  return loadConfig(env, () => file, modules, tools);
}

/** Loads what must be refused and gives the error. */
export function refusal(env: Environment, file?: string, modules?: ConfigModules): ConfigError {
  try {
    load(env, file, modules);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

/** The problems of a refused configuration, one line each. */
export const problemsOf = (env: Environment, file?: string): string[] =>
  refusal(env, file).problems.map(
    (problem: ConfigProblem) => `${problem.where}: ${problem.detail}`,
  );
