import { z } from "zod";
import { flag, list, wholeNumber, type Variable } from "../../settings.ts";
import { timesSettings } from "./time-settings.ts";

/** Environment variables of the channel. */
export const VARIABLES: readonly Variable[] = [
  { name: "EVOLUTION_BASE_URL", setting: "base_url", switchesOn: true },
  { name: "EVOLUTION_API_KEY", setting: "api_key", secret: true, switchesOn: true },
  { name: "EVOLUTION_INSTANCE", setting: "instances", switchesOn: true },
  { name: "EVOLUTION_WEBHOOK_SECRET", setting: "webhook_secrets", secret: true },
  { name: "EVOLUTION_BODY_APIKEYS", setting: "body_apikeys", secret: true },
  { name: "EVOLUTION_API_VERSION", setting: "api_version" },
  { name: "EVOLUTION_INTEGRATION", setting: "integration" },
  { name: "EVOLUTION_STATUS_CODES", setting: "status_codes" },
];

/** One line without spaces, so that it fits a header and a path as it is. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

const instance = z.string().min(1).max(200);

/** What an instance runs on: a paired phone, Meta's Cloud API, or nothing at all. */
const integration = z.enum(["baileys", "business", "evolution"]);

export type Integration = z.output<typeof integration>;

const filled = (items: readonly unknown[]) => items.length > 0;

/** Settings of an Evolution API channel, with the keys of `config/bridge.yml`. */
export const evolutionSettings = z
  .strictObject({
    base_url: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform((url) => url.replace(/\/+$/, "")),
    api_key: secret,
    /** Names of our instances; each is an account. */
    instances: list(instance).refine(filled, "needs at least one instance"),
    /** What callers present in the path, a header or the query, and what JWT webhooks are signed with. */
    webhook_secrets: list(secret).default([]),
    /** Tokens of instances, for webhooks that carry nothing but the `apikey` of their body. */
    body_apikeys: list(secret).default([]),
    /** Which form our calls take; webhooks of both versions are always read. */
    api_version: z.enum(["v1", "v2"]).default("v2"),
    integration: integration.default("baileys"),
    /** Instances that run on something else, by name. */
    integrations: z.record(instance, integration).default({}),
    /** Choices as numbered text or as buttons and lists; `auto`: what the instance's people can see. */
    interactive: z.enum(["auto", "text", "native"]).default("auto"),
    /** What the numbers 0 to 5 mean in statuses; words are not affected. */
    status_codes: z.enum(["seed", "baileys"]).default("seed"),
    /** `private`: a message in a group is answered to its writer alone. */
    groups: z.enum(["ignore", "private"]).default("ignore"),
    stickers: z.enum(["ignore", "answer"]).default("ignore"),
    /** What is shown while an answer is being written. */
    acknowledge: z.enum(["off", "read", "typing", "both"]).default("both"),
    /** Whether Markdown in replies becomes WhatsApp's own marks. */
    markdown: z.enum(["off", "auto", "on"]).default("auto"),
    /** BCP 47 tag of the words the channel itself adds. */
    language: z.string().min(2).default("pt-BR"),
    preview_urls: flag().default(true),
    messages_per_second: wholeNumber(1, 1000).default(20),
    pair_burst: wholeNumber(1, 45).default(10),
    pair_refill_ms: wholeNumber(0, 60_000).default(6000),
    ...timesSettings,
  })
  .refine(({ gap_min_ms: min, gap_max_ms: max }) => min <= max, {
    path: ["gap_max_ms"],
    error: "must not be below gap_min_ms",
  })
  .refine(
    // Also when other settings are wrong, and then either may be missing.
    ({ webhook_secrets: secrets, body_apikeys: keys }: Partial<Credentials>) =>
      (secrets?.length ?? 0) + (keys?.length ?? 0) > 0,
    {
      path: ["webhook_secrets"],
      error: "is needed to tell webhooks from forgeries, unless body_apikeys is set",
      when: ({ value }) => typeof value === "object" && value !== null,
    },
  );

interface Credentials {
  readonly webhook_secrets: readonly string[];
  readonly body_apikeys: readonly string[];
}

export type EvolutionSettings = z.output<typeof evolutionSettings>;

/** What an instance runs on. */
export function integrationOf(settings: EvolutionSettings, account: string): Integration {
  const { integrations } = settings;
  const own = Object.hasOwn(integrations, account) ? integrations[account] : undefined;
  return own ?? settings.integration;
}

/** Everything that must never reach a log or a stored payload. */
export function secretsOf(settings: EvolutionSettings): readonly string[] {
  return [settings.api_key, ...settings.webhook_secrets, ...settings.body_apikeys];
}
