import { z } from "zod";
import { flag, list, wholeNumber, type Variable } from "../../settings.ts";

/**
 * Environment variables of the channel. Older integrations also called the phone number id
 * `WPP_PHONE_NUMBER_IDENTIFIER`, which is the Cloud API's here, and the token `WEBHOOK_VERIFY_TOKEN`, which names no
 * provider: neither is read.
 */
export const VARIABLES: readonly Variable[] = [
  { name: "SERPRO_CLIENT_ID", setting: "client_id", switchesOn: true },
  { name: "SERPRO_CLIENT_SECRET", setting: "client_secret", secret: true, switchesOn: true },
  { name: "SERPRO_WABA_ID", setting: "waba_id" },
  { name: "SERPRO_PHONE_NUMBER_ID", setting: "phone_number_id" },
  { name: "SERPRO_BASE_URL", setting: "base_url" },
  { name: "SERPRO_WEBHOOK_TOKEN", setting: "webhook_tokens", secret: true },
];

/** The address of the product. Source: Serpro WhatsApp API documentation, quick guide. */
const PRODUCTION_URL = "https://api.whatsapp.serpro.gov.br";

/** An id that stands in an address. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "must be one word of letters and digits");

/** One line, no spaces, so that it fits a header as it is. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

/** Settings of a Serpro channel, with the keys of `config/bridge.yml`. */
export const serproSettings = z
  .strictObject({
    /** The id under which tokens are given out; it also stands in every address. */
    client_id: id,
    client_secret: secret,
    /** Templates are sent in its name. */
    waba_id: id,
    /** The number's own name in webhooks; the client id where Serpro gave no other. */
    phone_number_id: id.optional(),
    base_url: z
      .url({ protocol: /^https?$/, error: "must be an http or https address" })
      .transform((url) => url.replace(/\/+$/, ""))
      .default(PRODUCTION_URL),
    /** What webhooks must carry, for the provider signs nothing. Several: the present one and the next. */
    webhook_tokens: list(secret).refine((items) => items.length > 0, "needs at least one token"),
    /** Whether the token request names its grant, which no known integration does. */
    send_grant_type: flag().default(false),
    /** Whether Markdown in replies becomes WhatsApp's own marks. */
    markdown: z.enum(["off", "auto", "on"]).default("auto"),
    /** BCP 47 tag of the words the channel itself adds, such as the label of a list. */
    language: z.string().min(2).default("pt-BR"),
    /** Off, as known integrations send it. */
    preview_urls: flag().default(false),
    /** Whether a bot may send a body of the provider as it is. */
    raw_payloads: flag().default(false),
    /** The provider publishes no limit; the number itself has 80 a second. Source: Cloud API reference, throughput. */
    messages_per_second: wholeNumber(1, 1000).default(20),
    /** Messages to one person at once, and one more each `pair_refill_ms`. Source: Cloud API, pair rate limits. */
    pair_burst: wholeNumber(1, 45).default(10),
    pair_refill_ms: wholeNumber(0, 60_000).default(6000),
  })
  .transform((settings) => ({
    ...settings,
    phone_number_id: settings.phone_number_id ?? settings.client_id,
  }));

export type SerproSettings = z.output<typeof serproSettings>;
