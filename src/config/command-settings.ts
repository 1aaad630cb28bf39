import { z } from "zod";
import { foldCase } from "../fold-case.ts";
import { compilePattern } from "../safe-pattern.ts";

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
export const COMMAND_NAMES = [
  "start",
  "restart",
  "stop",
  "stop_marketing",
  "resume",
  "help",
  "human",
  "bot",
] as const;

/**
 * The words of each command. A word with a slash may carry arguments (`/start 42`); one without matches only when it
 * is the whole message. `cancelar` and the Spanish `baja` are left out on purpose: people type them inside forms.
 */
const keywords = z
  .strictObject({
    start: languageWords({
      "pt-BR": ["/iniciar", "/comecar"],
      en: ["/start"],
      es: ["/empezar", "/comenzar"],
    }),
    restart: languageWords({ "pt-BR": ["/reiniciar"], en: ["/restart"] }),
    stop: languageWords({
      "pt-BR": ["/parar", "parar", "sair", "descadastrar"],
      en: ["/stop", "stop", "unsubscribe"],
      es: ["/salir", "salir", "darme de baja"],
    }),
    stop_marketing: languageWords({
      "pt-BR": ["parar promocoes", "sair das promocoes"],
      en: ["stop promotions", "stop marketing"],
      es: ["parar promociones", "baja promociones"],
    }),
    resume: languageWords({
      "pt-BR": ["voltar", "iniciar"],
      en: ["resume", "start"],
      es: ["volver"],
    }),
    help: languageWords({
      "pt-BR": ["/ajuda", "ajuda"],
      en: ["/help", "help"],
      es: ["/ayuda", "ayuda"],
    }),
    /** Without words, which is the default, asking for a person is left to the bot. */
    human: languageWords({}),
    /** Lets the bot answer again where a person of ours has taken over. */
    bot: languageWords({ en: ["/bot"] }),
  })
  .superRefine((commands, context) => {
    const owners = new Map<string, string>();
    for (const [command, languages] of Object.entries(commands)) {
      for (const word of Object.values(languages).flat()) {
        const owner = owners.get(foldCase(word)) ?? command;
        owners.set(foldCase(word), owner);
        if (owner === command) continue;
        const message = `shares a word with ${owner}`;
        context.addIssue({ code: "custom", path: [command], message });
      }
    }
  });

const STOPPED: LanguageTexts = {
  "pt-BR": "Pronto: você não vai mais receber mensagens nossas. Para voltar, envie VOLTAR.",
  en: "Done: you will get no more messages from us. To come back, send START.",
  es: "Listo: ya no recibirás mensajes nuestros. Para volver, envía VOLVER.",
};

const STOPPED_MARKETING: LanguageTexts = {
  "pt-BR": "Pronto: você não vai mais receber promoções nossas. Continuamos respondendo por aqui.",
  en: "Done: you will get no more promotions from us. We still answer you here.",
  es: "Listo: ya no recibirás promociones nuestras. Seguimos respondiéndote por aquí.",
};

const RESUMED: LanguageTexts = {
  "pt-BR": "Que bom ter você de volta! Para sair de novo, envie SAIR.",
  en: "Good to have you back! To leave again, send STOP.",
  es: "¡Qué bueno tenerte de vuelta! Para salir otra vez, envía SALIR.",
};

const OPTED_OUT_HINT: LanguageTexts = {
  "pt-BR": "Você saiu desta conversa. Para voltar, envie VOLTAR.",
  en: "You left this conversation. To come back, send START.",
  es: "Saliste de esta conversación. Para volver, envía VOLVER.",
};

const HUMAN: LanguageTexts = {
  "pt-BR": "Certo, vou chamar uma pessoa da equipe. Para falar de novo com o robô, envie /bot.",
  en: "All right, I am calling a person of our team. To talk to the bot again, send /bot.",
  es: "De acuerdo, voy a llamar a una persona del equipo. Para volver al bot, envía /bot.",
};

const BOT: LanguageTexts = {
  "pt-BR": "O robô está de volta. Como posso ajudar?",
  en: "The bot is back. How can I help?",
  es: "El bot está de vuelta. ¿En qué puedo ayudar?",
};

/** A start pattern as it is written, and what it makes of a text. */
export interface StartPattern {
  readonly source: string;
  /** What stands in its group `ref`; undefined where it does not match. */
  readonly referenceIn: (text: string) => string | undefined;
}

const startPattern = z.string().transform((source, context): StartPattern => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  if (!source.includes("(?<ref>")) return refuse("has no group (?<ref>...)");
  try {
    const pattern = compilePattern(source, "u");
    return { source, referenceIn: (text) => pattern.exec(text)?.groups?.["ref"] };
  } catch (error) {
    return refuse(patternProblem(error));
  }
});

/** The engine's own message would repeat the pattern. */
function patternProblem(error: unknown): string {
  return error instanceof Error && !(error instanceof SyntaxError)
    ? error.message
    : "is no regular expression";
}

/** The settings of the commands a person may type. */
export const commandSettings = z.strictObject({
  /** What the backend is told of `/start 42`: the text itself, or `/start{"conversation_id":"42"}`. */
  startForward: z.enum(["raw", "intent"]).default("raw"),
  /** What the backend is told when somebody starts without a reference; the command itself where absent. */
  greeting: z.string().trim().min(1).optional(),
  /** Texts that start as `/start` does, by patterns with a group `ref`: `Olá! Quero participar (42)`. */
  startPatterns: z.array(startPattern).max(20).default([]),
  keywords: keywords.prefault({}),
  stoppedTexts: languageTexts(STOPPED),
  /** Said to somebody who wants no promotions but still wants to be answered. */
  stoppedMarketingTexts: languageTexts(STOPPED_MARKETING),
  resumedTexts: languageTexts(RESUMED),
  /** Sent at most once per `hintEveryMs` to somebody who left and writes all the same. */
  hintTexts: languageTexts(OPTED_OUT_HINT),
  hintEveryMs: z.coerce.number().int().min(60_000).max(2_592_000_000).default(86_400_000),
  /** Empty where help is left to the backend. */
  helpTexts: languageTexts({}),
  /** Said to somebody who asks for a person. */
  humanTexts: languageTexts(HUMAN),
  /** Said to somebody who asks for the bot again. */
  botTexts: languageTexts(BOT),
});
