import type { AnswerSettings, CommandSettings } from "../config/settings.ts";
import { closestLanguage } from "../answers/language.ts";
import type { Claimed } from "../db/mailbox.ts";
import type { EventType } from "../event-types.ts";
import type { InboundMessage } from "../messages.ts";
import { type Command, forwardText, parseCommand } from "./commands.ts";

/** What is done with an inbound message, before anybody is asked. */
export type Plan =
  | {
      readonly kind: "ask";
      readonly text: string;
      /** The text is a tapped payload or ours, not typed by the person. */
      readonly trusted: boolean;
      readonly command?: Command;
      readonly consent?: "in";
    }
  | {
      readonly kind: "say";
      readonly text: string;
      readonly why: string;
      readonly command?: Command;
      readonly consent?: "in" | "out" | "out_marketing";
      /** Whether a person of ours takes over from the bot with this, or the bot from a person. */
      readonly pause?: "begin" | "end";
    }
  | {
      readonly kind: "silent";
      readonly why: string;
      /** Keeps the bot quiet from now on. */
      readonly quiet?: { readonly reason: string; readonly forMs: number };
    };

export interface PlanSettings {
  readonly answers: AnswerSettings;
  readonly commands: CommandSettings;
  /** The events that anybody wants to be told of. */
  readonly events?: ReadonlySet<EventType>;
}

/** Picks the text for a language: the closest one there is, else that of the default language, else the first. */
export function textFor(
  texts: Readonly<Record<string, string>>,
  language: string,
  fallback: string,
): string | undefined {
  const tags = Object.keys(texts);
  const tag = closestLanguage(language, tags) ?? closestLanguage(fallback, tags) ?? tags[0];
  return tag === undefined ? undefined : texts[tag];
}

/** Things a person does that are no message to the bot. */
const NO_TURN = new Set(["reaction", "edit", "revoke", "call_permission"]);

/**
 * Decides, in this order: what is no message; commands, which work even for somebody who left; silence for those who
 * left; silence while a person has taken over; a polite word for what cannot be read; else the backends are asked.
 */
export function planTurn(
  message: InboundMessage,
  conversation: Pick<Claimed, "optedOut" | "paused" | "hinted" | "language">,
  settings: PlanSettings,
): Plan {
  const { content, text } = message;
  if (NO_TURN.has(content.type)) return { kind: "silent", why: content.type };
  if (content.type === "trigger") return planTrigger(text, conversation);
  const isTapped = content.type === "choice";
  const command = parseCommand(text, isTapped ? "tapped" : "typed", settings.commands);
  const planned = command && planCommand(command, conversation, settings);
  if (planned !== undefined) return planned;
  if (conversation.optedOut) return planOptedOut(conversation, settings);
  if (conversation.paused) return { kind: "silent", why: "paused" };
  if (content.type === "unsupported") return planUnsupported(conversation, settings);
  return { kind: "ask", text, trusted: isTapped || isWebClient(message) };
}

/** Nobody wrote: nobody is told anything but what the bot says, and a person who left or is talked to is left alone. */
function planTrigger(text: string, { optedOut, paused }: Standing): Plan {
  if (optedOut) return { kind: "silent", why: "opted_out" };
  if (paused) return { kind: "silent", why: "paused" };
  return { kind: "ask", text, trusted: true };
}

/** A web client sends a tapped payload as text, as Rasa's own clients do: what begins with a slash is the client's word. */
function isWebClient({ identities }: InboundMessage): boolean {
  return identities.some(({ kind }) => kind === "sender");
}

type Standing = Pick<Claimed, "optedOut" | "paused" | "hinted" | "language">;

function say(
  texts: Readonly<Record<string, string>>,
  why: string,
  { language }: Standing,
  settings: PlanSettings,
): { readonly kind: "say"; readonly text: string; readonly why: string } | undefined {
  const fallback = settings.answers.language;
  const text = textFor(texts, language ?? fallback, fallback);
  return text === undefined ? undefined : { kind: "say", text, why };
}

function planCommand(command: Command, standing: Standing, settings: PlanSettings) {
  const { commands } = settings;
  switch (command.name) {
    case "stop": {
      const said = say(commands.stoppedTexts, "stop", standing, settings);
      return said && { ...said, command, consent: "out" as const };
    }
    case "stop_marketing": {
      if (standing.optedOut) return undefined;
      const texts = commands.stoppedMarketingTexts;
      const said = say(texts, "stop_marketing", standing, settings);
      return said && { ...said, command, consent: "out_marketing" as const };
    }
    case "human": {
      if (standing.optedOut || standing.paused) return undefined;
      const said = say(commands.humanTexts, "human", standing, settings);
      return said && { ...said, command, pause: "begin" as const };
    }
    case "bot": {
      if (standing.optedOut || !standing.paused) return undefined;
      const said = say(commands.botTexts, "bot", standing, settings);
      return said && { ...said, command, pause: "end" as const };
    }
    case "resume": {
      if (!standing.optedOut) return undefined;
      const said = say(commands.resumedTexts, "resume", standing, settings);
      return said && { ...said, command, consent: "in" as const };
    }
    case "help": {
      const said = say(commands.helpTexts, "help", standing, settings);
      if (said !== undefined) return { ...said, command };
      return standing.optedOut || standing.paused
        ? undefined
        : forward(command, standing, settings);
    }
    case "restart":
      return standing.optedOut || standing.paused
        ? undefined
        : forward(command, standing, settings);
    case "start":
      return forward(command, standing, settings);
  }
}

function forward(
  command: Command,
  standing: Standing,
  { commands }: PlanSettings,
): Plan | undefined {
  const text = forwardText(command, commands);
  if (text === undefined) return undefined;
  const consent = standing.optedOut ? { consent: "in" as const } : {};
  return { kind: "ask", text, trusted: true, command, ...consent };
}

function planOptedOut(standing: Standing, settings: PlanSettings): Plan {
  const silent = { kind: "silent", why: "opted_out" } as const;
  if (standing.hinted) return silent;
  return say(settings.commands.hintTexts, "opted_out_hint", standing, settings) ?? silent;
}

function planUnsupported(standing: Standing, settings: PlanSettings): Plan {
  const silent = { kind: "silent", why: "unsupported" } as const;
  const texts = settings.answers.unsupportedReplies;
  return texts === "off" ? silent : (say(texts, "unsupported", standing, settings) ?? silent);
}
