import { z } from "zod";
import { list, type Variable, wholeNumber } from "../../settings.ts";
import {
  azureRule,
  GRID_VARIABLES,
  gridShape,
  RESOURCE_VARIABLES,
  resourceShape,
} from "../azure/settings.ts";

/** Variables that the two WhatsApp channels of Azure share. */
const SHARED_VARIABLES: readonly Variable[] = [
  ...RESOURCE_VARIABLES,
  { name: "ACS_PHONE_NUMBER", setting: "phone_number" },
  ...GRID_VARIABLES,
  { name: "ACS_API_VERSION", setting: "api_version" },
  { name: "ACS_INTERACTIVE_API_VERSION", setting: "interactive_api_version" },
];

/** Environment variables of the channel. */
export const ACS_VARIABLES: readonly Variable[] = [
  { name: "WHATSAPP_CHANNEL_ID_GUID", setting: "channel_ids", switchesOn: true },
  ...SHARED_VARIABLES,
];

/** Environment variables of the second registration, which is off unless it is switched on by name. */
export const CONNECT_VARIABLES: readonly Variable[] = [
  { name: "MESSAGING_CONNECT_ENABLED", setting: "enabled", switchesOn: "together" },
  { name: "WHATSAPP_CHANNEL_ID", setting: "channel_ids", switchesOn: "together" },
  // The number of `ACS_PHONE_NUMBER` is that of the first registration.
  ...SHARED_VARIABLES.filter(({ setting }) => setting !== "phone_number"),
];

const channelId = z
  .string()
  .trim()
  .pipe(z.guid("must be the GUID of a channel registration"))
  .transform((id) => id.toLowerCase());

/** Source: Azure Communication Services REST reference, api-version. */
const apiVersion = z.string().regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "must look like 2024-08-30");

/** Settings of a WhatsApp channel of Azure Communication Services, with the keys of `config/bridge.yml`. */
export const acsSettings = z
  .strictObject({
    ...resourceShape,
    ...gridShape,
    channel_ids: list(channelId).refine((ids) => ids.length > 0, "needs at least one channel id"),
    /** Our own number: its messages are echoes, and events of an old shape name us by it. */
    phone_number: z
      .string()
      .transform((number) => number.replace(/^whatsapp:/i, "").replace(/^\+/, ""))
      .pipe(z.string().regex(/^\d{6,15}$/, "must be a number such as +5561..."))
      .optional(),
    api_version: apiVersion.default("2024-08-30"),
    /** The version for lists, buttons, stickers and reactions, which the stable one lacks. */
    interactive_api_version: apiVersion.default("2025-01-15-preview"),
    /** `numbered`: choices are lines of text from the start, and nothing interactive is tried. */
    menus: z.enum(["native", "numbered"]).default("native"),
    /** Whether Markdown in replies becomes WhatsApp's own marks. */
    markdown: z.enum(["off", "auto", "on"]).default("auto"),
    /** BCP 47 tag of the words the channel itself adds, such as the label of a list. */
    language: z.string().min(2).default("pt-BR"),
    /** Azure publishes no figure: WhatsApp's own, both directions counted. Source: Cloud API reference, throughput. */
    messages_per_second: wholeNumber(1, 1000).default(70),
    /** Messages to one person at once, and one more each `pair_refill_ms`. Source: Cloud API, pair rate limits. */
    pair_burst: wholeNumber(1, 45).default(10),
    pair_refill_ms: wholeNumber(0, 60_000).default(6000),
  })
  .refine(...azureRule("endpoint"))
  .refine(...azureRule("api_key"))
  .refine(...azureRule("webhook_secrets"))
  .refine(...azureRule("entra_audiences"));

export type AcsSettings = Readonly<z.output<typeof acsSettings>>;
