import { z } from "zod";
import { flag, wholeNumber } from "../settings.ts";
import { apiSettings } from "./api-settings.ts";
import { campaignSettings } from "./campaign-settings.ts";
import { commandSettings, languageTexts } from "./command-settings.ts";
import { conversationSettings } from "./conversation-settings.ts";
import { costSettings } from "./cost-settings.ts";
import { mediaSettings } from "./media-settings.ts";
import { notificationSettings } from "./notification-settings.ts";
import { redisUrl } from "./redis-url.ts";
import { chainSettings } from "./route-settings.ts";
import { simulatorSettings } from "./simulator-settings.ts";
import { spoolSettings } from "./spool-settings.ts";
import { templateSettings } from "./template-settings.ts";
import { webhookSettings } from "./webhook-settings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const milliseconds = (min: number, max: number) => wholeNumber(min, max);
const days = () => wholeNumber(1, 36_500);

const server = z.strictObject({
  port: wholeNumber(0, 65_535).default(5006),
  /** All interfaces, as a container needs; `127.0.0.1` keeps the server to its own machine. */
  host: z.string().min(1).default("0.0.0.0"),
  publicUrl: z
    .url({ protocol: /^https?$/, error: "not an http or https URL" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  role: z.enum(["all", "web", "worker"]).default("all"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /** Generated and kept in the data folder where absent. */
  adminKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "must be one word without spaces")
    .optional(),
  /** How many proxies in front of the server are trusted to name the caller. */
  trustProxy: wholeNumber(0, 10).default(0),
  metricsPublic: flag().default(false),
  /** Accepts plain-http provider addresses outside the machine. */
  allowInsecure: flag().default(false),
  /** How long a server that was told to stop still serves while callers find another one. */
  drainMs: milliseconds(0, 10 * 60_000).default(0),
  /** What `/health` calls this server where a channel is on Azure. */
  serviceName: z.string().min(1).default("ponte"),
  /** Whether the routes that send a test message do: each message may cost money. */
  messagingTestsEnabled: flag().default(false),
  /** The number that gets the test messages of `/messaging/test`. */
  messagingTestRecipient: z
    .string()
    .regex(/^\+[1-9]\d{7,14}$/, "must be a number such as +5561...")
    .optional(),
});

const database = z.strictObject({
  /** PostgreSQL; the embedded database in `dataDir` where absent. */
  url: z
    .url({ protocol: /^postgres(ql)?$/, error: "not a postgres:// or postgresql:// URL" })
    .optional(),
  dataDir: z.string().min(1).default("./data"),
  poolSize: wholeNumber(2, 500).default(10),
});

const redis = z.strictObject({
  url: z
    .string()
    .transform((text, context) => {
      const url = redisUrl(text);
      if (url !== undefined) return url;
      const message = "neither a redis:// or rediss:// URL nor host:port,password=...,ssl=True";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .optional(),
});

const STATIC_REPLIES = {
  "pt-BR": "Desculpe, não consegui responder agora. Tente de novo daqui a pouco.",
  en: "Sorry, I could not answer right now. Please try again in a little while.",
  es: "Lo siento, ahora no pude responder. Inténtalo de nuevo dentro de un rato.",
};

const UNSUPPORTED_REPLIES = {
  "pt-BR": "Ainda não sei ler esse tipo de mensagem. Pode escrever em texto?",
  en: "I cannot read this kind of message yet. Could you write it as text?",
  es: "Todavía no sé leer este tipo de mensaje. ¿Puedes escribirlo como texto?",
};

const answers = z
  .strictObject({
    /** Backends in the order they are asked; every configured one where absent. */
    chain: z.array(z.string()).optional(),
    /** Milliseconds one turn may spend on all its backends. */
    budgetMs: milliseconds(1_000, HOUR_MS).default(90_000),
    /** Turns tried before the message counts as dead: with the pauses between them, about two minutes. */
    maxAttempts: wholeNumber(1, 100).default(8),
    retryBaseMs: milliseconds(1, HOUR_MS).default(1_000),
    staticReplies: languageTexts(STATIC_REPLIES),
    /** The language of a conversation that has shown no other. */
    language: z.string().default("pt-BR"),
    /** Joins consecutive texts of one turn into one message, since each is paid for. */
    mergeTexts: flag().default(true),
    /** Silence after which a conversation begins anew: what its session knew is forgotten. */
    sessionExpiryMs: milliseconds(60_000, 30 * DAY_MS).default(DAY_MS),
    /** How long a backend that has asked something hears the person's messages first. */
    holdMs: milliseconds(1_000, 30 * DAY_MS).default(30 * 60_000),
    /** How long the bot is quiet after a backend handed the conversation to a person. */
    handoffMs: milliseconds(60_000, 30 * DAY_MS).default(DAY_MS),
    /** What is said to a message nobody can read; `off` says nothing. */
    unsupportedReplies: z
      .union([z.literal("off"), languageTexts(UNSUPPORTED_REPLIES)])
      .prefault({}),
    ...chainSettings,
  })
  .refine(({ staticReplies, language }) => language in staticReplies, {
    path: ["language"],
    error: "has no text in static_replies",
  });

const delivery = z.strictObject({
  maxAttempts: wholeNumber(1, 100).default(5),
  retryBaseMs: milliseconds(1, HOUR_MS).default(1_000),
  /** How long a send of unknown outcome waits for the provider to name it. */
  uncertainWaitMs: milliseconds(0, DAY_MS).default(60_000),
  /** What then becomes of it: sent again, or failed and left to a person. */
  uncertainPolicy: z.enum(["resend", "fail"]).default("resend"),
  /** The channel that takes over, by the name of the one that is known not to reach the person. */
  fallback: z.record(z.string(), z.string()).default({}),
  /** Messages older than this are no longer sent. */
  maxAgeMs: milliseconds(1_000, 30 * DAY_MS).default(DAY_MS),
});

const engine = z.strictObject({
  /** How long a worker holds a conversation before another may take it; renewed while it works. */
  leaseMs: milliseconds(1_000, HOUR_MS).default(30_000),
  /** Conversations worked on at once per process. */
  concurrency: wholeNumber(1, 1_000).default(64),
  /** Pause between two looks for work when there was none. */
  pollMs: milliseconds(5, 60_000).default(100),
  /** Messages of one conversation taken per claim. */
  claimPerConversation: wholeNumber(1, 1_000).default(20),
});

/** Providers repeat webhooks for days: rows that recognise a repetition are kept longer than that. */
const retention = z.strictObject({
  rawWebhooksDays: days().default(30),
  inboxDays: wholeNumber(8, 36_500).default(35),
  parkedDays: days().default(31),
  historyDays: days().default(365),
  /** Files that people sent; what is known of them is kept as long as the messages. */
  mediaDays: days().default(30),
});

/** The server's own settings. The file writes every key in snake_case (`max_attempts`). */
export const serverSettings = z.strictObject({
  server,
  database,
  redis,
  answers,
  commands: commandSettings,
  conversation: conversationSettings,
  delivery,
  engine,
  retention,
  media: mediaSettings,
  spool: spoolSettings,
  webhooks: webhookSettings,
  api: apiSettings,
  campaigns: campaignSettings,
  templates: templateSettings,
  costs: costSettings,
  notifications: notificationSettings,
  simulator: simulatorSettings,
});

type Section<Name extends keyof z.output<typeof serverSettings>> = Readonly<
  z.output<typeof serverSettings>[Name]
>;

export type ServerSettings = Section<"server">;
export type DatabaseSettings = Section<"database">;
export type RedisSettings = Section<"redis">;
export type AnswerSettings = Section<"answers"> & { readonly chain: readonly string[] };
export type CommandSettings = Section<"commands">;
export type ConversationSettings = Section<"conversation">;
export type DeliverySettings = Section<"delivery">;
export type EngineSettings = Section<"engine">;
export type RetentionSettings = Section<"retention">;
export type MediaSettings = Section<"media">;
export type SpoolSettings = Section<"spool">;
export type WebhookSettings = Section<"webhooks">;
export type ApiSettings = Section<"api">;
export type CampaignSettings = Section<"campaigns">;
export type TemplateSettings = Section<"templates">;
export type CostSettings = Section<"costs">;
export type NotificationSettings = Section<"notifications">;
export type SimulatorSettings = Section<"simulator">;
