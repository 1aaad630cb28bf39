import { z } from "zod";

/** A text in each language a person may be answered in, by BCP 47 tag. */
export type LanguageTexts = Readonly<Record<string, string>>;

const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, {
  error: "not a language tag such as pt-BR",
});

/** Texts by language; languages that are left out keep the text of `defaults`. */
export const languageTexts = (defaults: LanguageTexts) =>
  z
    .record(languageTag, z.string().trim().min(1))
    .default({})
    .transform((given): LanguageTexts => ({ ...defaults, ...given }));

/** Words by language; a language that is named replaces the words of `defaults`, and an empty list removes them. */
const languageWords = (defaults: Readonly<Record<string, readonly string[]>>) =>
  z
    .record(languageTag, z.array(z.string().trim().min(1)))
    .default({})
    .transform((given): Readonly<Record<string, readonly string[]>> => ({ ...defaults, ...given }));

/** The commands a person may type. */
export const COMMAND_NAMES = ["start", "restart", "stop", "resume", "help"] as const;

/**
 * The words of each command. A word with a slash may carry arguments (`/start 42`); one without matches only when it
 * is the whole message. `cancelar` is left out on purpose: people type it inside forms.
 */
const keywords = z
  .strictObject({
    start: languageWords({ "pt-BR": ["/iniciar", "/comecar"], en: ["/start"] }),
    restart: languageWords({ "pt-BR": ["/reiniciar"], en: ["/restart"] }),
    stop: languageWords({
      "pt-BR": ["/parar", "parar", "sair", "descadastrar"],
      en: ["/stop", "stop", "unsubscribe"],
    }),
    resume: languageWords({ "pt-BR": ["voltar", "iniciar"], en: ["resume", "start"] }),
    help: languageWords({ "pt-BR": ["/ajuda", "ajuda"], en: ["/help", "help"] }),
  })
  .superRefine((commands, context) => {
    const owners = new Map<string, string>();
    for (const [command, languages] of Object.entries(commands)) {
      for (const word of Object.values(languages).flat()) {
        const owner = owners.get(foldWord(word)) ?? command;
        owners.set(foldWord(word), owner);
        if (owner === command) continue;
        const message = `shares a word with ${owner}`;
        context.addIssue({ code: "custom", path: [command], message });
      }
    }
  });

/** Words that differ only in case or accents are the same word to a person. */
const foldWord = (word: string): string =>
  word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const STOPPED: LanguageTexts = {
  "pt-BR": "Pronto: você não vai mais receber mensagens nossas. Para voltar, envie VOLTAR.",
  en: "Done: you will get no more messages from us. To come back, send START.",
};

const RESUMED: LanguageTexts = {
  "pt-BR": "Que bom ter você de volta! Para sair de novo, envie SAIR.",
  en: "Good to have you back! To leave again, send STOP.",
};

const OPTED_OUT_HINT: LanguageTexts = {
  "pt-BR": "Você saiu desta conversa. Para voltar, envie VOLTAR.",
  en: "You left this conversation. To come back, send START.",
};

/** The settings of the commands a person may type. */
export const commandSettings = z.strictObject({
  /** What the backend is told of `/start 42`: the text itself, or `/start{"conversation_id":"42"}`. */
  startForward: z.enum(["raw", "intent"]).default("raw"),
  /** What the backend is told when somebody starts without a reference; the command itself where absent. */
  greeting: z.string().trim().min(1).optional(),
  keywords: keywords.prefault({}),
  stoppedTexts: languageTexts(STOPPED),
  resumedTexts: languageTexts(RESUMED),
  /** Sent at most once per `hintEveryMs` to somebody who left and writes all the same. */
  hintTexts: languageTexts(OPTED_OUT_HINT),
  hintEveryMs: z.coerce.number().int().min(60_000).max(2_592_000_000).default(86_400_000),
  /** Empty where help is left to the backend. */
  helpTexts: languageTexts({}),
});
