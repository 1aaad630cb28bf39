import { z } from "zod";
import { flag, list, wholeNumber, type Variable } from "../../settings.ts";

/** Where the models of OpenAI itself answer. */
const OPENAI_URL = "https://api.openai.com/v1";

/** What people copy with the address; it is added to every call anyway. */
const CALL_PATH = /\/(?:chat\/completions|responses|models)\/*$/;

/** Written in OpenAI's documentation of July 2026; a cheap model that understands Portuguese well. */
const TRANSCRIPTION_MODEL = "gpt-4o-mini-transcribe";

const MODERATION_MODEL = "omni-moderation-latest";

const PROMPTS = { "pt-BR": "config/prompts/pt-BR.md", en: "config/prompts/en.md" };

const FLAGGED_REPLIES = {
  "pt-BR": "Não posso ajudar com isso. Se preferir, escreva de outra forma.",
  en: "I cannot help with that. You are welcome to put it another way.",
};

const HOUR_MS = 3_600_000;
const MANY_TOKENS = 1_000_000_000_000;

export const VARIABLES: readonly Variable[] = [
  { name: "OPENAI_API_KEY", setting: "api_key", secret: true, switchesOn: true },
  { name: "OPENAI_MODEL", setting: "model", switchesOn: "together" },
  { name: "OPENAI_BASE_URL", setting: "base_url", switchesOn: "together" },
];

const baseUrl = z.url({ protocol: /^https?$/ }).transform((text, context) => {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    context.addIssue("holds a password: use OPENAI_API_KEY");
  }
  if (url.search !== "" || url.hash !== "") context.addIssue("must end with its path");
  return `${url.origin}${url.pathname.replace(CALL_PATH, "").replace(/\/+$/, "")}`;
});

/** YAML reads `off` as a word, the same as the text. */
const nameOrOff = z.union([z.literal("off"), z.string().min(1)]);

const texts = (defaults: Readonly<Record<string, string>>) =>
  z
    .record(z.string(), z.string().min(1))
    .refine((byLanguage) => Object.keys(byLanguage).length > 0, "names no language")
    .default(defaults);

const price = z.coerce.number().min(0).max(1_000_000);

const settings = z.strictObject({
  /** Absent for a server of one's own that asks for none. */
  api_key: z
    .string()
    .regex(/^[\x21-\x7e]+$/, "is no key: it has spaces or characters a header cannot carry")
    .optional(),
  /** The model, as its server names it; on Azure the name of the deployment. */
  model: z.string().min(1),
  /** Up to the version, without a trailing slash: OpenAI itself, Azure's v1 address, or a compatible server. */
  base_url: baseUrl.default(OPENAI_URL),
  /** Which of the two protocols is spoken; `responses` with OpenAI itself, `chat` with everybody else where absent. */
  api: z.enum(["responses", "chat"]).optional(),
  /** Milliseconds one answer may take, with everything that belongs to it. */
  timeout_ms: wholeNumber(1, HOUR_MS).default(15_000),
  /** Files with the system prompt, by language tag; the first one where none fits. */
  prompts: texts(PROMPTS),
  /** How much of what was said before is told again: exchanges, and tokens as estimated by their length. */
  history_turns: wholeNumber(0, 100).default(12),
  history_tokens: wholeNumber(0, 1_000_000).default(3_000),
  /** Whether a reply in the shape of our schema is demanded; without, the model writes plain text and no buttons. */
  structured: flag().default(true),
  /** What the model says of its own certainty; below it the next backend is asked. */
  min_confidence: z.coerce.number().min(0).max(1).default(0.35),
  /** Tokens of one answer, those of its reasoning included. */
  max_output_tokens: wholeNumber(16, 1_000_000).default(1_500),
  /** Absent: the model's own; some models refuse any. */
  temperature: z.coerce.number().min(0).max(2).optional(),
  /** Words of a run of the prompt, repeated as they stand, from which a reply is not sent; 0 switches the check off. */
  leak_words: wholeNumber(0, 1_000).default(20),
  /** Payloads with a slash that the model's buttons may carry; others would name intents a person may not. */
  button_payloads: list(z.string().startsWith("/")).default([]),
  /** Whether a reply may name addresses of hosts that neither the prompt nor `link_hosts` names. */
  links: z.enum(["known", "any"]).default("known"),
  /** Hosts of addresses that a reply may name, with all below them, beside those that the prompt names. */
  link_hosts: list(z.hostname().transform((host) => host.toLowerCase())).default([]),
  moderation: z.enum(["off", "input", "both"]).default("off"),
  moderation_model: z.string().min(1).default(MODERATION_MODEL),
  /** Said where moderation objects; `off` asks the next backend. */
  flagged_replies: z.union([z.literal("off"), texts(FLAGGED_REPLIES)]).default(FLAGGED_REPLIES),
  /** The model that writes recordings down; with OpenAI itself there is one unless `off`. */
  transcription_model: nameOrOff.optional(),
  /** `describe` shows pictures to the model, which must be able to see. */
  images: z.enum(["off", "describe"]).default("off"),
  /** Prices of a million tokens, in a currency of one's own; `cached` is the price of `input` where absent. */
  prices: z.strictObject({ input: price, output: price, cached: price.optional() }).optional(),
  /** Tokens for one person, and for all, a day (UTC); above them the next backend is asked. */
  tokens_per_contact_day: wholeNumber(1, MANY_TOKENS).optional(),
  tokens_per_day: wholeNumber(1, MANY_TOKENS).optional(),
  /** Whether a keyed hash tells one person from another, for the provider's own defence; on with OpenAI itself. */
  safety_identifier: flag().optional(),
  /** Whether `store: false` is sent; only for servers that refuse the field. */
  send_store: flag().default(true),
});

/** Fills what depends on who answers: OpenAI itself has more to offer than those who speak its protocol. */
export const openaiSettings = settings
  .superRefine((given, context) => {
    const isOfficial = given.base_url === OPENAI_URL;
    if (isOfficial && given.api_key === undefined) {
      context.addIssue({ code: "custom", path: ["api_key"], message: "is required and not set" });
    }
    if (isOfficial && !given.send_store) {
      const message = "may not be off with OpenAI, which would keep what people write";
      context.addIssue({ code: "custom", path: ["send_store"], message });
    }
  })
  .transform((given) => {
    const isOfficial = given.base_url === OPENAI_URL;
    const { transcription_model: transcription = isOfficial ? TRANSCRIPTION_MODEL : "off" } = given;
    return {
      ...given,
      isOfficial,
      api: given.api ?? (isOfficial ? ("responses" as const) : ("chat" as const)),
      safety_identifier: given.safety_identifier ?? isOfficial,
      transcription_model: transcription === "off" ? undefined : transcription,
    };
  });

export type OpenAiSettings = z.infer<typeof openaiSettings>;
