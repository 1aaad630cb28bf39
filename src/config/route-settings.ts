import { z } from "zod";
import { compilePattern } from "../safe-pattern.ts";
import { flag, wholeNumber } from "../settings.ts";
import { languageTexts } from "./command-settings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const UNKNOWN_REPLIES = {
  "pt-BR": "Desculpe, não entendi. Pode dizer de outro jeito?",
  en: "Sorry, I did not understand. Could you say it another way?",
  es: "Perdona, no entendí. ¿Puedes decirlo de otra manera?",
};

const UNHEARD_REPLIES = {
  "pt-BR": "Não consegui ouvir o seu áudio. Pode escrever em texto?",
  en: "I could not make out your recording. Could you write it as text?",
  es: "No pude entender tu audio. ¿Puedes escribirlo como texto?",
};

const HANDOFF_REPLIES = {
  "pt-BR": "Vou chamar uma pessoa da nossa equipe para continuar com você. Aguarde, por favor.",
  en: "I am passing you to a person of our team. Please wait a moment.",
  es: "Te paso con una persona de nuestro equipo. Espera un momento, por favor.",
};

const CLOSED_REPLIES = {
  "pt-BR": "No momento não há atendentes: estamos fora do horário de atendimento.",
  en: "Nobody of our team is here right now: we are outside our opening hours.",
  es: "Ahora no hay nadie de nuestro equipo: estamos fuera del horario de atención.",
};

const SLOW_REPLIES = {
  "pt-BR": "Um momento, estou consultando...",
  en: "One moment, I am looking it up...",
  es: "Un momento, lo estoy consultando...",
};

const name = z.string().min(1);

/** Numbers too, because ids of accounts often look like one. */
const value = z.union([z.string().trim().min(1), z.number().int().transform(String)]);

const values = z
  .union([value, z.array(value).min(1, "must not be empty")])
  .transform((given) => (typeof given === "string" ? [given] : given));

const pattern = z.string().superRefine((source, context) => {
  try {
    compilePattern(source);
  } catch (error) {
    const why = error instanceof SyntaxError ? "is no regular expression" : String(error);
    context.addIssue({ code: "custom", message: why.replace(/^\w*Error: /, "") });
  }
});

const match = z
  .strictObject({
    channel: values.optional(),
    account: values.optional(),
    language: values.optional(),
    keyword: values.optional(),
    pattern: pattern.optional(),
    start_reference: values.optional(),
    hours: z.enum(["in", "out"]).optional(),
  })
  .refine((conditions) => Object.values(conditions).some((condition) => condition !== undefined), {
    error: "says nothing: every message would go this way",
  })
  .transform(({ start_reference: startReference, ...rest }) => ({ ...rest, startReference }));

const route = z
  .strictObject({
    match,
    chain: z.array(name),
    budget_ms: wholeNumber(1_000, HOUR_MS).optional(),
    static_replies: languageTexts({}).optional(),
    hold_ms: wholeNumber(1_000, 30 * DAY_MS).optional(),
    shadow: name.optional(),
  })
  .transform((given) => ({
    match: given.match,
    chain: given.chain,
    budgetMs: given.budget_ms,
    staticReplies: given.static_replies,
    holdMs: given.hold_ms,
    shadow: given.shadow,
  }));

/** In the order of `Date.getDay`. */
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** `mon`, or `mon-fri`, which may pass the end of the week. */
const daySpan = z.string().transform((text, context) => {
  const [first = "", last = first, ...more] = text.toLowerCase().split("-");
  const [from, to] = [first, last].map((word) => DAYS.findIndex((day) => day === word.trim()));
  if (from === undefined || to === undefined || from < 0 || to < 0 || more.length > 0) {
    context.addIssue({ code: "custom", message: `not a day or span such as mon-fri` });
    return z.NEVER;
  }
  const length = ((to - from + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length }, (_, index) => (from + index) % DAYS.length);
});

const days = z
  .union([daySpan, z.array(daySpan).min(1, "must not be empty")])
  .transform((spans) => [...new Set(spans.flat())]);

const minutes = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "not a time such as 08:30")
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const stretch = z
  .strictObject({ days, from: minutes, to: minutes })
  .refine(({ from, to }) => from !== to, { path: ["to"], error: "is the time it begins" });

const timeZone = z.string().refine(isTimeZone, "not a time zone such as America/Sao_Paulo");

function isTimeZone(timeZoneName: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat("en", { timeZone: timeZoneName }).resolvedOptions() !== undefined
    );
  } catch {
    return false;
  }
}

const holiday = z.string().refine((text) => {
  const [, year = "2024", day = ""] = /^(?:(\d{4})-)?(\d\d-\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().includes(`-${day}T`);
}, "not a date such as 2026-12-24, or 12-25 for every year");

const hours = z
  .strictObject({
    time_zone: timeZone,
    open: z.array(stretch).min(1, "must not be empty"),
    holidays: z.array(holiday).default([]),
    bot_answers: flag().default(true),
    closed_replies: languageTexts(CLOSED_REPLIES),
  })
  .transform((given) => ({
    timeZone: given.time_zone,
    open: given.open,
    holidays: given.holidays,
    botAnswers: given.bot_answers,
    closedReplies: given.closed_replies,
  }));

/** The part of the section `answers` that says who is asked, for how long, and what is said where nobody answers. */
export const chainSettings = {
  /** Ways of their own for some messages, in order; the first that fits is taken instead of `chain`. */
  routes: z.array(route).default([]),
  /** Milliseconds left of the budget below which no further backend is asked. */
  leastMs: wholeNumber(0, HOUR_MS).default(1_500),
  /** Failures in a row after which a backend is paused. */
  breakerFailures: wholeNumber(1, 1_000).default(5),
  /** Share of failed calls, among `breakerCalls` or more within `breakerWindowMs`, that pauses it too. */
  breakerShare: z.coerce.number().gt(0).max(1).default(0.5),
  breakerCalls: wholeNumber(1, 1_000).default(10),
  breakerWindowMs: wholeNumber(100, HOUR_MS).default(30_000),
  /** How long it is paused before one call tries whether it is back. */
  breakerPauseMs: wholeNumber(10, HOUR_MS).default(15_000),
  /** How old a message may grow while nobody can be reached, before it counts as dead. */
  outageWaitMs: wholeNumber(0, DAY_MS).default(900_000),
  /** When the person is told, once, that it takes longer; 0 says nothing until the message is given up. */
  outageNoticeMs: wholeNumber(0, HOUR_MS).default(10_000),
  /** The backend that is asked beside the others without being heard, and how long the end of a turn waits for it. */
  shadow: name.optional(),
  shadowWaitMs: wholeNumber(0, 60_000).default(0),
  hours: hours.optional(),
  /** The backend that writes recordings down; the first that can where absent, `off` for none. */
  transcribeWith: name.optional(),
  unknownReplies: languageTexts(UNKNOWN_REPLIES),
  unheardReplies: languageTexts(UNHEARD_REPLIES),
  handoffReplies: languageTexts(HANDOFF_REPLIES),
  /** When a turn that has said nothing asks for patience; 0 never does. */
  slowAfterMs: wholeNumber(0, HOUR_MS).default(0),
  slowReplies: languageTexts(SLOW_REPLIES),
};

/** The keys of routes and hours as the file writes them, for hints at slips. */
export const ROUTE_KEYS: readonly string[] = [
  "match",
  "chain",
  "budget_ms",
  "static_replies",
  "hold_ms",
  "shadow",
  "channel",
  "account",
  "language",
  "keyword",
  "pattern",
  "start_reference",
  "hours",
  "time_zone",
  "open",
  "holidays",
  "bot_answers",
  "closed_replies",
  "days",
  "from",
  "to",
];
