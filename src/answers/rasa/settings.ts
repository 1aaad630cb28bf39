import { z } from "zod";
import { flag, wholeNumber, type Variable } from "../../settings.ts";
import { noAnswerTexts } from "../unanswered.ts";

/** What a sender template may name. `{user}` is the person's first identity, as the provider spells it. */
const PLACEHOLDERS = ["conversation", "contact", "channel", "account", "user"] as const;

/** Placeholders that tell one person from another; without one, strangers would share one Rasa conversation. */
const PERSONAL = new Set<string>(["conversation", "contact", "user"]);

/** The path that people often leave on the URL they copy; it is added to every call anyway. */
const WEBHOOK_PATH = /\/webhooks\/(?:rest|callback)(?:\/webhook)?\/*$/;

export type Placeholder = (typeof PLACEHOLDERS)[number];

export const VARIABLES: readonly Variable[] = [
  { name: "RASA_URL", setting: "url", switchesOn: true },
  { name: "RASA_CHANNEL", setting: "channel" },
  { name: "RASA_TIMEOUT_MS", setting: "timeout_ms" },
  { name: "RASA_STREAM", setting: "stream" },
  { name: "RASA_SENDER_TEMPLATE", setting: "sender_template" },
  { name: "RASA_EMPTY", setting: "empty" },
  { name: "RASA_EMPTY_FALLBACK", setting: "empty_fallback" },
  { name: "RASA_TOKEN", setting: "token", secret: true },
  { name: "RASA_AUTH_HEADER", setting: "auth_header", secret: true },
  { name: "RASA_SLASH_POLICY", setting: "slash_policy" },
];

/** A sender template, cut into fixed texts and placeholders. */
const senderTemplate = z.string().transform((template, context) => {
  const parts = template.split(/\{([^{}]*)\}/).map((text, index) => {
    if (index % 2 === 0) return { fixed: text };
    const name = PLACEHOLDERS.find((known) => known === text);
    if (name === undefined) {
      context.addIssue(
        `{${text}} is none of ${PLACEHOLDERS.map((known) => `{${known}}`).join(" ")}`,
      );
      return z.NEVER;
    }
    return { name };
  });
  if (!parts.some((part) => part.name !== undefined && PERSONAL.has(part.name))) {
    context.addIssue("names nobody: use {conversation}, {contact} or {user}");
  }
  return parts;
});

const baseUrl = z.url({ protocol: /^https?$/ }).transform((text, context) => {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    context.addIssue("holds a password: use RASA_AUTH_HEADER");
  }
  if (url.search !== "" || url.hash !== "") context.addIssue("must end with its path");
  return `${url.origin}${url.pathname.replace(WEBHOOK_PATH, "").replace(/\/+$/, "")}`;
});

const settings = z.strictObject({
  /** Where Rasa answers, with the path prefix of a proxy if there is one; no trailing slash. */
  url: baseUrl,
  /**
   * The channel of Rasa that is asked. With `callback` Rasa posts what it says to our callback channel, reminders and
   * external events included; with `rest` it says everything in its answer, and reminders are lost.
   */
  channel: z.enum(["rest", "callback"]).default("rest"),
  /** Milliseconds one turn may take. Giving up cancels the turn inside Rasa, so it should be generous. */
  timeout_ms: wholeNumber(1, 3_600_000).default(60_000),
  stream: flag().default(false),
  /** Milliseconds without a line, after the first one, until a stream counts as ended. */
  stream_idle_timeout_ms: wholeNumber(1, 3_600_000).default(20_000),
  /** Rasa's conversation id. Changing it starts every conversation anew. */
  sender_template: senderTemplate.prefault("{conversation}"),
  /** What Rasa's answer with nothing means: the next backend is asked, or the bot wants to be silent. */
  empty: z.enum(["next", "silent"]).default("next"),
  /** Said when Rasa answers with nothing, in place of both. */
  empty_fallback: z.string().trim().min(1).optional(),
  /** Texts of the bot that count as no answer, so that the next backend is asked. */
  no_answer_texts: noAnswerTexts(),
  token: z.string().min(1).optional(),
  /** The whole value of the `Authorization` header, for a proxy before Rasa. */
  auth_header: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "is no header value")
    .optional(),
  /** `commands-only` takes the slash from typed texts, so that only taps and our own commands name intents. */
  slash_policy: z.enum(["allow", "commands-only"]).default("commands-only"),
});

/**
 * What Rasa pushes names its conversation. Until the first turn has ended only our own id tells whose that is, so a
 * message pushed under another name would be lost.
 */
function checkCallback(given: z.output<typeof settings>, context: z.RefinementCtx): void {
  if (given.channel === "rest") return;
  const refused = [
    ...(given.stream ? ["stream"] : []),
    ...(given.no_answer_texts.length > 0 ? ["no_answer_texts"] : []),
  ];
  for (const setting of refused) {
    context.addIssue({ code: "custom", path: [setting], message: "needs the channel rest" });
  }
  const [before, name, after, ...more] = given.sender_template;
  const isOurId = name?.name === "conversation" && before?.fixed === "" && after?.fixed === "";
  if (isOurId && more.length === 0) return;
  const message = "must be {conversation} with the channel callback";
  context.addIssue({ code: "custom", path: ["sender_template"], message });
}

export const rasaSettings = settings.superRefine(checkCallback);

export type RasaSettings = z.infer<typeof rasaSettings>;

/** Lists every spelling of the secrets that a log or an error could show. */
export function secretsOf({ token, auth_header: header }: RasaSettings): readonly string[] {
  const ofToken = token === undefined ? [] : [token, encodeURIComponent(token)];
  const ofHeader = header === undefined ? [] : [header, header.slice(header.lastIndexOf(" ") + 1)];
  return [...new Set([...ofToken, ...ofHeader])];
}
