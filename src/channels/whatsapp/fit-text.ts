import type { Note } from "../../messages.ts";
import { storableText } from "../../storable.ts";
import { note } from "./notes.ts";
import type { NoteCode } from "./notes.ts";

/** A text and what had to be done to it. */
export interface Fitted {
  readonly text: string;
  readonly notes: readonly Note[];
}

const ELLIPSIS = "…";
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Beyond a cut, this many code units are enough to tell whether it falls inside a grapheme. */
const LOOK_AHEAD = 64;

/**
 * Finds the last grapheme boundary at or before `at`, which must be above 0. A grapheme that reaches from the start past
 * `at` is broken there, though never inside a surrogate pair, unless that leaves nothing.
 */
export function boundaryBefore(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const around = GRAPHEMES.segment(text.slice(0, at + LOOK_AHEAD)).containing(at);
  const boundary = around === undefined ? 0 : around.index;
  if (boundary > 0) return boundary;
  return at > 1 && !text.slice(0, at).isWellFormed() ? at - 1 : at;
}

/** Counts what a reader sees as characters. */
export function graphemeCount(text: string): number {
  return [...GRAPHEMES.segment(text)].length;
}

/** Cuts a text to `limit` UTF-16 code units, the last one an ellipsis, and never inside a grapheme. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, boundaryBefore(text, limit - ELLIPSIS.length)).trimEnd() + ELLIPSIS;
}

/** Removes NUL and replaces lone surrogates, with a note where there were any. */
export function cleanText(text: string, what: string): Fitted {
  const clean = storableText(text);
  if (clean === text) return { text, notes: [] };
  return { text: clean, notes: [note("characters_replaced", `In ${what}.`)] };
}

/** Makes one trimmed line of at most `limit` code units out of a text; `what` names the part in the notes. */
export function fitLine(text: string, limit: number, what: string, cutCode: NoteCode): Fitted {
  const clean = cleanText(text, what);
  const line = oneLine(clean.text);
  const notes = [...clean.notes];
  if (line !== clean.text.trim()) notes.push(note("whitespace_collapsed", `In ${what}.`));
  if (line.length > limit) {
    notes.push(note(cutCode, `The ${what} has ${line.length} of ${limit} characters.`));
  }
  return { text: cutText(line, limit), notes };
}

/** Joins the lines of a text with spaces and trims it. */
export function oneLine(text: string): string {
  return text
    .trim()
    .split(/[\n\r\t\v\f\u0085\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}
