import { z } from "zod";
import { flag, list, type Variable, wholeNumber } from "../../settings.ts";
import {
  azureRule,
  GRID_VARIABLES,
  gridShape,
  RESOURCE_VARIABLES,
  resourceShape,
} from "../azure/settings.ts";
import { ALPHANUMERIC_SENDER, REPORT_TIMEOUT_S } from "./limits.ts";

/** Environment variables of the channel. What is Azure's is shared with the WhatsApp channels of Azure. */
export const VARIABLES: readonly Variable[] = [
  { name: "SMS_CHANNEL_ID", aliases: ["ACS_SMS_FROM"], setting: "senders", switchesOn: true },
  ...RESOURCE_VARIABLES,
  ...GRID_VARIABLES,
  { name: "ACS_SMS_API_VERSION", setting: "api_version" },
  { name: "MESSAGING_CONNECT_ENABLED", setting: "messaging_connect" },
  { name: "MESSAGING_CONNECT_PARTNER", setting: "messaging_connect_partner" },
  { name: "MESSAGING_CONNECT_API_KEY", setting: "messaging_connect_key", secret: true },
  { name: "MESSAGING_CONNECT_SHAPE", setting: "messaging_connect_shape" },
];

const NUMBER = /^\+[1-9]\d{6,14}$/;
const SHORT_CODE = /^\d{3,6}$/;
const NAME = new RegExp(`^(?=.*[A-Za-z])[A-Za-z0-9 &_-]{1,${ALPHANUMERIC_SENDER}}$`);

/** A number of the resource, a short code, or a name that people see and cannot answer. */
const sender = z
  .string()
  .refine(
    (value) => [NUMBER, SHORT_CODE, NAME].some((form) => form.test(value)),
    `must be a number such as +5511..., a short code, or a name of up to ${ALPHANUMERIC_SENDER} characters`,
  );

/** A key or name of one line without spaces. */
const word = z.string().regex(/^[\x21-\x7e]+$/, "must be one word without spaces");

/** Settings of an SMS channel, with the keys of `config/bridge.yml`. */
export const smsSettings = z
  .strictObject({
    senders: list(sender).refine((senders) => senders.length > 0, "needs at least one sender"),
    ...resourceShape,
    ...gridShape,
    api_version: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}(-preview)?$/, "must look like 2026-01-23")
      .default("2026-01-23"),
    /** Whether messages go through a partner whose numbers are leased in the Azure resource. */
    messaging_connect: flag().default(false),
    messaging_connect_partner: word.default("infobip"),
    /** The partner's own key. It travels in every request and is stored nowhere. */
    messaging_connect_key: word.optional(),
    /** How a request names the key: `flat` for the preview versions before 2026-01-23. */
    messaging_connect_shape: z.enum(["partner_params", "flat"]).default("partner_params"),
    /** After so many seconds a missing report counts as a failure at the provider. */
    report_timeout_s: wholeNumber(REPORT_TIMEOUT_S.min, REPORT_TIMEOUT_S.max).optional(),
    /** Longer texts are split into several messages; without it only the provider's own limit splits. */
    max_segments: wholeNumber(1, 31).optional(),
    /** Whether Markdown in replies is read, so that its links become `label (address)`. */
    markdown: z.enum(["off", "auto", "on"]).default("auto"),
    /** BCP 47 tag of the words the channel itself adds, such as the line below numbered choices. */
    language: z.string().min(2).default("pt-BR"),
    /** Below the 200 a minute of a toll-free number. Source: ACS documentation, service limits. */
    messages_per_second: wholeNumber(1, 1000).default(3),
    /** Messages to one person at once, and one more each `pair_refill_ms`. */
    pair_burst: wholeNumber(1, 45).default(10),
    pair_refill_ms: wholeNumber(0, 60_000).default(3000),
  })
  .refine(...azureRule("endpoint"))
  .refine(...azureRule("api_key"))
  .refine(...azureRule("webhook_secrets"))
  .refine(...azureRule("entra_audiences"))
  .refine(
    // Also when other settings are wrong, and then either may be missing.
    ({ messaging_connect: isOn, messaging_connect_key: key }: Partial<ConnectSettings>) =>
      isOn !== true || key !== undefined,
    {
      path: ["messaging_connect_key"],
      error: "is needed while messaging_connect is on",
      when: ({ value }) => typeof value === "object" && value !== null,
    },
  );

interface ConnectSettings {
  readonly messaging_connect: boolean;
  readonly messaging_connect_key: string | undefined;
}

export type SmsSettings = Readonly<z.output<typeof smsSettings>>;
