import { z } from "zod";
import { flag, list, wholeNumber, type Variable } from "../../settings.ts";

/** Environment variables of the channel. The aliases are the names of older Rasa connectors. */
export const VARIABLES: readonly Variable[] = [
  {
    name: "WPP_AUTHORIZATION_TOKEN",
    aliases: ["WHATSAPP_ACCESS_TOKEN"],
    setting: "access_token",
    secret: true,
    switchesOn: true,
  },
  {
    name: "WPP_VERIFY_TOKEN",
    aliases: ["WHATSAPP_WEBHOOK_VERIFY_TOKEN"],
    setting: "verify_tokens",
    secret: true,
    switchesOn: true,
  },
  {
    name: "WPP_PHONE_NUMBER_IDENTIFIER",
    aliases: ["WHATSAPP_PHONE_NUMBER_ID"],
    setting: "phone_number_ids",
    switchesOn: true,
  },
  { name: "WHATSAPP_BUSINESS_ACCOUNT_ID", setting: "business_account_id" },
  { name: "WHATSAPP_APP_SECRET", setting: "app_secrets", secret: true },
  { name: "WHATSAPP_ALLOW_UNSIGNED", setting: "allow_unsigned" },
  { name: "WHATSAPP_API_VERSION", setting: "api_version" },
  { name: "WHATSAPP_GRAPH_URL", setting: "graph_url" },
];

const digits = z.string().regex(/^\d{1,32}$/, "must be a string of digits");

/** A bearer token or key: one line, no spaces, so that it fits a header as it is. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

const filled = (items: readonly unknown[]) => items.length > 0;

/** Settings of a Cloud API channel, with the keys of `config/bridge.yml`. */
export const cloudSettings = z
  .strictObject({
    access_token: secret,
    /** Several: every callback override is verified with a token of its own. */
    verify_tokens: list(secret).refine(filled, "needs at least one token"),
    phone_number_ids: list(digits).refine(filled, "needs at least one phone number id"),
    /** When set, account and template news of other business accounts is put aside. */
    business_account_id: digits.optional(),
    /** Several: a rotation, or more than one Meta app. */
    app_secrets: list(secret).default([]),
    /** Accepts unsigned webhooks while there is no app secret. For local trials only. */
    allow_unsigned: flag().default(false),
    api_version: z
      .string()
      .regex(/^v\d+\.\d+$/, "must look like v25.0")
      .default("v25.0"),
    graph_url: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform((url) => url.replace(/\/+$/, ""))
      .default("https://graph.facebook.com"),
    /** Whether Markdown in replies becomes WhatsApp's own marks. */
    markdown: z.enum(["off", "auto", "on"]).default("auto"),
    /** BCP 47 tag of the words the channel itself adds, such as the label of a list. */
    language: z.string().min(2).default("pt-BR"),
    preview_urls: flag().default(true),
    /** `private`: a message in a group is answered to its writer alone. */
    groups: z.enum(["ignore", "private"]).default("ignore"),
    /** Whether a bot may send a payload of the provider as it is. */
    raw_payloads: flag().default(false),
    /** Below the 80 a second of a number, which count both directions. Source: Cloud API reference, throughput. */
    messages_per_second: wholeNumber(1, 1000).default(70),
    /** Messages to one person at once, and one more each `pair_refill_ms`. Source: Cloud API, pair rate limits. */
    pair_burst: wholeNumber(1, 45).default(10),
    pair_refill_ms: wholeNumber(0, 60_000).default(6000),
  })
  .refine(
    // Also when other settings are wrong, and then either may be missing.
    ({ allow_unsigned: allowUnsigned, app_secrets: secrets }: Partial<SignatureSettings>) =>
      (allowUnsigned ?? false) || (secrets?.length ?? 0) > 0,
    {
      path: ["app_secrets"],
      error: "is needed to check webhook signatures, unless unsigned webhooks are allowed",
      when: ({ value }) => typeof value === "object" && value !== null,
    },
  );

interface SignatureSettings {
  readonly allow_unsigned: boolean;
  readonly app_secrets: readonly string[];
}

export type CloudSettings = z.output<typeof cloudSettings>;
