import type { Channel, MenuOption } from "../channels/channel.ts";
import type { CommandSettings } from "../config/settings.ts";
import type { InboundMessage } from "../messages.ts";
import { parseCommand } from "./commands.ts";

/** Characters beyond which a text is a sentence and no answer to a menu. */
const LONGEST_CHOICE = 120;

/** Characters from which the beginning of a title is enough to name it. */
const SHORTEST_BEGINNING = 3;

/** Folds case, accents, full-width forms, keycap emoji and the space around. */
function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\uFE0E\uFE0F]/gu, "")
    .replaceAll("🔟", "10")
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .replace(/^[\p{P}\p{S}\s]+|[\p{P}\p{S}\s]+$/gu, "");
}

/** "2", "2.", "2)", "#2", "n. 2", "opção 2", "option 2". */
const NUMBER = /^(?:(?:opcao|option|numero|number|no?|nr)[ .:]*)?(\d{1,3})$/u;

/** A number ahead of a title, as the menu shows it. */
const NUMBERED = /^\d{1,3} ?[-.):]+ ?/u;

/**
 * Finds the option of a menu that a typed text means: its number, its title, or a beginning that only one title has.
 * Undefined for everything else, which is meant for the bot.
 */
export function findChoice(text: string, menu: readonly MenuOption[]): MenuOption | undefined {
  if (text.length > LONGEST_CHOICE) return undefined;
  const said = fold(text);
  const number = NUMBER.exec(said)?.[1];
  // A title may be a number itself, and then the title is what the person reads.
  const titled = findTitle(said, menu) ?? findTitle(said.replace(NUMBERED, ""), menu);
  if (titled !== undefined) return titled;
  return number === undefined ? undefined : menu[Number(number) - 1];
}

function findTitle(said: string, menu: readonly MenuOption[]): MenuOption | undefined {
  if (said === "") return undefined;
  const exact = menu.filter(({ title }) => fold(title) === said);
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  if (said.length < SHORTEST_BEGINNING || NUMBER.test(said)) return undefined;
  const begun = menu.filter(({ title }) => fold(title).startsWith(said));
  return begun.length === 1 ? begun[0] : undefined;
}

/**
 * Takes a typed answer to the last menu for a tap, on channels where people cannot tap. A word that is a command stays one:
 * whoever was told to send "SAIR" leaves, whatever the bot's options are called.
 */
export function tapTyped(
  message: InboundMessage,
  menu: readonly MenuOption[] | null,
  channel: Channel,
  { commands }: { readonly commands: CommandSettings },
): InboundMessage {
  if (channel.typedChoices !== true || menu === null || message.content.type !== "text")
    return message;
  if (parseCommand(message.text, "typed", commands) !== undefined) return message;
  const choice = findChoice(message.text, menu);
  if (choice === undefined) return message;
  const { title, payload } = choice;
  return { ...message, text: payload, content: { type: "choice", source: "list", payload, title } };
}
