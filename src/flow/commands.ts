import { COMMAND_NAMES } from "../config/command-settings.ts";
import type { CommandSettings } from "../config/settings.ts";
import { isReference } from "../links/reference.ts";
import { foldCase } from "../fold-case.ts";

export type CommandName = (typeof COMMAND_NAMES)[number];

/** Something a person told the bridge itself rather than the bot. */
export interface Command {
  readonly name: CommandName;
  /** What `start` came with: a campaign, a poll, a conversation of the bot. */
  readonly reference?: string;
}

/** Button ids with this prefix are ours; a bot's button that happens to be titled "Parar" is not a command. */
const BUTTON_PREFIX = "cmd:";

/**
 * Characters beyond which a text without a slash is no command. Reading one takes time that grows with the square of the
 * length, and strangers choose the length.
 */
const LONGEST_WITHOUT_SLASH = 200;

/** Undoes what links, phones and keyboards do to a command: double-encoding, full-width digits, stray spaces. */
function tidy(text: string): string {
  return text.normalize("NFKC").replaceAll("%20", " ").replace(/\s+/g, " ").trim();
}

function wordsOf(settings: CommandSettings, name: CommandName): readonly string[] {
  return Object.values(settings.keywords[name]).flat().map(foldCase);
}

/** `/start 42`, `/start-42`, `/start@bot 42 hello`: the word, then whatever follows. */
function parseSlash(text: string, settings: CommandSettings): Command | undefined {
  const match = /^(\/[\p{L}\p{N}_]+)(?:@[\w.-]+)?(?:[\s-]+(.*))?$/u.exec(text);
  const word = foldCase(match?.[1] ?? "");
  const name = COMMAND_NAMES.find((candidate) => wordsOf(settings, candidate).includes(word));
  if (name === undefined) return undefined;
  return withReference(name, match?.[2]);
}

function withReference(name: CommandName, rest: string | undefined): Command {
  const reference = rest?.split(" ")[0] ?? "";
  return name === "start" && isReference(reference) ? { name, reference } : { name };
}

/** `start 42` without the slash, as people retype a link's text; only with a number, so that "start now" stays a sentence. */
function parseBareStart(text: string, settings: CommandSettings): Command | undefined {
  const match = /^(\p{L}+)[\s-]+(\S+)$/u.exec(text);
  const reference = match?.[2] ?? "";
  const isStart = wordsOf(settings, "start").includes(`/${foldCase(match?.[1] ?? "")}`);
  return isStart && /\d/.test(reference) && isReference(reference)
    ? { name: "start", reference }
    : undefined;
}

/** A friendlier text of a link, by the operator's own patterns: `Olá! Quero participar (42)`. */
function parseStartPattern(text: string, settings: CommandSettings): Command | undefined {
  for (const { referenceIn } of settings.startPatterns) {
    const reference = referenceIn(text);
    if (reference !== undefined && isReference(reference)) return { name: "start", reference };
  }
  return undefined;
}

/** A word without a slash is a command only when it is the whole message: "sair" is, "quero sair do grupo" is not. */
function parseKeyword(text: string, settings: CommandSettings): Command | undefined {
  const word = foldCase(text).replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, "");
  const name = COMMAND_NAMES.find((candidate) => wordsOf(settings, candidate).includes(word));
  return name === undefined || word.startsWith("/") ? undefined : { name };
}

/**
 * Reads a command from a message; undefined for anything meant for the bot. `source` says whether the text was typed or is
 * the id of a tapped button: a button is a command only by our own id, never by its title or its bot's payload.
 */
export function parseCommand(
  text: string,
  source: "typed" | "tapped",
  settings: CommandSettings,
): Command | undefined {
  if (source === "tapped") {
    const name = COMMAND_NAMES.find((candidate) => text === `${BUTTON_PREFIX}${candidate}`);
    return name === undefined ? undefined : { name };
  }
  const tidied = tidy(text);
  if (tidied.startsWith("/")) return parseSlash(tidied, settings);
  if (tidied.length > LONGEST_WITHOUT_SLASH) return undefined;
  return (
    parseBareStart(tidied, settings) ??
    parseStartPattern(tidied, settings) ??
    parseKeyword(tidied, settings)
  );
}

/** What the backend is told of a command; undefined when it is told nothing. */
export function forwardText(command: Command, settings: CommandSettings): string | undefined {
  switch (command.name) {
    case "start":
      if (command.reference === undefined) return settings.greeting ?? "/start";
      return settings.startForward === "raw"
        ? `/start ${command.reference}`
        : `/start${JSON.stringify({ conversation_id: command.reference })}`;
    case "restart":
      return "/restart";
    case "help":
      return "/help";
    case "stop":
    case "stop_marketing":
    case "resume":
    case "human":
    case "bot":
      return undefined;
  }
}
