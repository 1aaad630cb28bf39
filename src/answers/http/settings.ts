import { z } from "zod";
import { type Variable, wholeNumber } from "../../settings.ts";
import { noAnswerTexts } from "../unanswered.ts";

export const PRESET_NAMES = [
  "ponte",
  "dify",
  "flowise",
  "n8n",
  "typebot",
  "evolution-bot",
] as const;

export const VARIABLES: readonly Variable[] = [
  { name: "HTTP_BOT_URL", setting: "url", switchesOn: true },
  { name: "HTTP_BOT_PRESET", setting: "preset" },
  { name: "HTTP_BOT_SECRET", setting: "secret", secret: true },
  { name: "HTTP_BOT_AUTHORIZATION", setting: "authorization", secret: true },
];

/** Presets whose address is a base that paths are added to, with the path that people leave on what they copy. */
const BASES: Readonly<Partial<Record<(typeof PRESET_NAMES)[number], RegExp>>> = {
  dify: /\/chat-messages\/*$/,
  typebot: /\/api(?:\/v1)?\/*$/,
};

const address = z.url({ protocol: /^https?$/, abort: true }).superRefine((text, context) => {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    context.addIssue("holds a password: use HTTP_BOT_AUTHORIZATION");
  }
  if (url.hash !== "") context.addIssue("must end before #");
});

const plainSettings = z.strictObject({
  /** Where each message is posted; the base of the API with the presets `dify` and `typebot`. */
  url: address,
  /** What the bot speaks: our own contract, or that of a product. */
  preset: z.enum(PRESET_NAMES).default("ponte"),
  /** Signs every call, so that the bot can tell ours from anybody's. */
  secret: z.string().min(1).optional(),
  /** The value of the `Authorization` header; a key alone is sent as `Bearer <key>`. */
  authorization: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "is no header value")
    .optional(),
  /** Milliseconds one answer may take. */
  timeout_ms: wholeNumber(1, 3_600_000).default(20_000),
  /** Lines of the conversation before the message that our own contract tells; none with 0. */
  history: wholeNumber(0, 100).default(10),
  /** An answer less sure than this is none; only of bots that say how sure they are. */
  min_confidence: z.number().min(0).max(1).default(0),
  /** Texts of the bot that count as no answer, so that the next backend is asked. */
  no_answer_texts: noAnswerTexts(),
  /** The public id of the typebot. */
  typebot: z.string().trim().min(1).optional(),
  /** Fixed facts for the bot: Dify's inputs, Flowise's vars, Typebot's prefilled variables. */
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

export type HttpBotSettings = z.infer<typeof plainSettings>;

export const httpBotSettings = plainSettings.superRefine(checkPreset).transform((given) => {
  const ending = BASES[given.preset];
  if (ending === undefined) return given;
  return { ...given, url: given.url.replace(ending, "").replace(/\/+$/, "") };
});

function checkPreset(given: HttpBotSettings, context: z.RefinementCtx): void {
  const refuse = (setting: string, message: string): void => {
    context.addIssue({ code: "custom", path: [setting], message });
  };
  const { preset, typebot, url } = given;
  if (preset === "typebot" && typebot === undefined) {
    refuse("typebot", "is required with the preset typebot: the public id of the typebot");
  }
  if (preset !== "typebot" && typebot !== undefined) {
    refuse("typebot", "needs the preset typebot");
  }
  if (BASES[preset] !== undefined && url.includes("?")) refuse("url", "must end with its path");
}

/** Gives the whole `Authorization` header. */
export function authorizationOf({ authorization }: HttpBotSettings): string | undefined {
  if (authorization === undefined || authorization.includes(" ")) return authorization;
  return `Bearer ${authorization}`;
}

/** Lists every spelling of the secrets that a log or an error could show. */
export function secretsOf(settings: HttpBotSettings): readonly string[] {
  const { secret, authorization } = settings;
  const ofSecret = secret === undefined ? [] : [secret];
  const whole = authorizationOf(settings);
  const ofHeader =
    authorization === undefined || whole === undefined
      ? []
      : [authorization, whole, whole.slice(whole.lastIndexOf(" ") + 1)];
  return [...new Set([...ofSecret, ...ofHeader])];
}
