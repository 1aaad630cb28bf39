import { z } from "zod";
import { flag, wholeNumber } from "../settings.ts";
import { languageTexts } from "./command-settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

const FLOODED = {
  "pt-BR":
    "Recebi muitas mensagens suas de uma vez e não consigo responder todas. Espere um minuto e escreva de novo, por favor.",
  en: "I got many messages from you at once and cannot answer them all. Please wait a minute and write again.",
  es: "Recibí muchos mensajes tuyos a la vez y no puedo responderlos todos. Espera un minuto y escribe de nuevo, por favor.",
};

const debounce = () => wholeNumber(0, MINUTE_MS);

/** How the bridge behaves in a conversation, whoever gives the answers. */
export const conversationSettings = z
  .strictObject({
    /** Quick texts become one question: how long a text waits for the next one. 0 answers each at once. */
    debounceMs: debounce().default(0),
    /** The same by channel name, where it differs. */
    debounceChannels: z.record(z.string(), debounce()).default({}),
    /** How long a burst is gathered at most; eight times the wait where absent. */
    debounceMaxMs: wholeNumber(1, 10 * MINUTE_MS).optional(),
    /** Whether texts that waited while a turn ran are answered together. */
    joinWaiting: flag().default(false),
    /** Messages of one person and channel that are answered in each window; 0 answers all. */
    floodMessages: wholeNumber(0, 10_000).default(30),
    floodWindowMs: wholeNumber(1_000, DAY_MS).default(MINUTE_MS),
    /** Said once in a window in which messages stay unanswered. */
    floodTexts: languageTexts(FLOODED),
    /** Times that a person may send the same text in a row; more is another program. 0 never looks for one. */
    loopRepeats: wholeNumber(0, 1_000).default(5),
    /** Answers in one window beyond which no person reads them. */
    loopAnswers: wholeNumber(1, 10_000).default(60),
    loopWindowMs: wholeNumber(1_000, DAY_MS).default(5 * MINUTE_MS),
    /** How long the bot is quiet then. */
    loopPauseMs: wholeNumber(1_000, 30 * DAY_MS).default(30 * MINUTE_MS),
    /** Messages that reach us later than this are kept, not answered; 0 answers all. WhatsApp's own window is a day. */
    staleAfterMs: wholeNumber(0, 30 * DAY_MS).default(DAY_MS),
    /** Whether the person is shown that an answer is being written. */
    typing: flag().default(true),
    /** When messages are marked as read: with that sign, as soon as their turn begins, or never. */
    readReceipts: z.enum(["answered", "at_once", "off"]).default("answered"),
    /** Pause before each further message of an answer, by its length; 0 sends them one after the other. */
    typingMsPerChar: wholeNumber(0, 1_000).default(0),
    /** Bounds of that pause. */
    typingMinMs: wholeNumber(0, MINUTE_MS).default(0),
    typingMaxMs: wholeNumber(0, MINUTE_MS).default(4_000),
  })
  .refine(({ typingMinMs, typingMaxMs }) => typingMinMs <= typingMaxMs, {
    path: ["typingMinMs"],
    error: "must not be more than typing_max_ms",
  });
