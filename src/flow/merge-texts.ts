import type { Reply } from "../messages.ts";

/** What stands between two texts in one message. */
const BLANK_LINE = "\n\n";

/**
 * Merges consecutive text-only replies of one turn into messages of at most `maxLength` UTF-16 code units, a blank line
 * between them: providers charge for each message. Drops blank texts; leaves a text that is too long by itself and every
 * other reply as they are. Source: Cloud API pricing, service messages, October 2026.
 */
export function mergeTexts(replies: readonly Reply[], maxLength: number): readonly Reply[] {
  const merged: Reply[] = [];
  for (const reply of replies) {
    const text = onlyText(reply);
    if (text?.trim() === "") continue;
    const previous = merged.at(-1);
    const before = previous === undefined ? undefined : onlyText(previous);
    const joined =
      before === undefined || text === undefined ? undefined : before + BLANK_LINE + text;
    if (joined === undefined || joined.length > maxLength) merged.push(reply);
    else merged.splice(-1, 1, { text: joined });
  }
  return merged;
}

/** The text of a reply that has nothing else; an empty list of buttons, which some bots send, is nothing. */
function onlyText(reply: Reply): string | undefined {
  const others = Object.entries(reply).filter(
    ([key, value]) => key !== "text" && !isNothing(value),
  );
  return others.length === 0 && typeof reply.text === "string" ? reply.text : undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
