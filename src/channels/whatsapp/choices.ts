import type { Note } from "../../messages.ts";
import type { MenuOption } from "../channel.ts";
import { cutText } from "./fit-text.ts";
import { note } from "./notes.ts";

/** One choice of a message: its words as the bot wrote them, on one line each. */
export interface Choice {
  readonly title: string;
  /** Never blank. */
  readonly payload: string;
  readonly description?: string;
  /** The list section the choice belongs to. */
  readonly section?: string;
}

/** What the choices of a message mean when they are typed. */
export function offer(choices: readonly Choice[]): readonly MenuOption[] {
  return choices.map(({ title, payload }) => ({ title, payload }));
}

/** Drops every choice that repeats an earlier one in title and payload. */
export function dropRepeats(choices: readonly Choice[]): { choices: Choice[]; notes: Note[] } {
  const seen = new Set<string>();
  const notes: Note[] = [];
  const kept = choices.filter(({ title, payload }) => {
    const key = JSON.stringify([title, payload]);
    const isNew = !seen.has(key);
    seen.add(key);
    if (!isNew) notes.push(note("button_skipped", `"${title}" is there twice.`));
    return isNew;
  });
  return { choices: kept, notes };
}

/** Numbers the titles of a message that would be the same, within `limit` code units. */
export function uniqueTitles(
  titles: readonly string[],
  limit: number,
): { titles: string[]; notes: Note[] } {
  const used = new Set<string>();
  const notes: Note[] = [];
  const unique = titles.map((title) => {
    const free = freeTitle(title, limit, (candidate) => used.has(candidate));
    if (free !== title) notes.push(note("duplicate_title", `"${title}" is shown as "${free}".`));
    used.add(free);
    return free;
  });
  return { titles: unique, notes };
}

function freeTitle(title: string, limit: number, isUsed: (title: string) => boolean): string {
  if (!isUsed(title)) return title;
  for (let number = 2; ; number += 1) {
    const suffix = ` ${number}`;
    const numbered = cutText(title, limit - suffix.length) + suffix;
    if (!isUsed(numbered)) return numbered;
  }
}
