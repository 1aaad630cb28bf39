import { boundaryBefore } from "./fit-text.ts";

/** The three backticks around a block of code. */
export const FENCE = "```";

/** No address that a phone opens is longer; it bounds how far around a cut one is looked for. */
const LONGEST_URL = 2048;

/** Where the two marks of a block of code begin. */
export interface Fence {
  readonly open: number;
  readonly close: number;
}

/** A place to part a text: `end` closes the first part, `next` opens the second, white space lies between. */
interface Break {
  readonly end: number;
  readonly next: number;
}

/** Finds the marks of every block of code that is both opened and closed. */
export function fencesOf(text: string): Fence[] {
  const marks = [...text.matchAll(/```/g)].map((match) => match.index);
  return marks.flatMap((open, index) => {
    const close = marks[index + 1];
    return index % 2 === 1 || close === undefined ? [] : [{ open, close }];
  });
}

/** Finds the best place after `from` and up to `to` to end a part that begins at `from`. */
export function lastBreak(text: string, from: number, to: number, fences: readonly Fence[]): Break {
  const breaks = spaces(text, from, to).filter(({ end }) => end > from);
  const late = breaks.filter(({ end }) => end - from > (to - from) / 2);
  const best = highest(text, late.length > 0 ? late.toReversed() : breaks.slice(-1));
  if (best !== undefined) return best;
  const grapheme = from + boundaryBefore(text.slice(from, to + LONGEST_URL), to - from);
  const whole = urlAround(text, grapheme)?.end ?? markAround(fences, grapheme) ?? grapheme;
  const at = whole > from ? whole : grapheme;
  return { end: at, next: at };
}

/** Finds the best place at or after `from` to begin the last part of a text. */
export function firstBreak(text: string, from: number, fences: readonly Fence[]): Break {
  const breaks = spaces(text, from - 1, text.length - 1).filter(
    ({ next }) => next >= from && text.slice(next) !== FENCE,
  );
  const early = breaks.filter(({ next }) => next - from < (text.length - from) / 2);
  const best = highest(text, early.length > 0 ? early : breaks.slice(0, 1));
  if (best !== undefined) return best;
  const url = urlAround(text, from);
  const mark = markAround(fences, from);
  const start = mark === undefined ? from : mark + FENCE.length;
  const at = boundaryAfter(text, url !== undefined && url.next < text.length ? url.next : start);
  return { end: at, next: at };
}

/** Lists the runs of white space that begin in a stretch of text, without those a combining character follows. */
function spaces(text: string, from: number, to: number): Break[] {
  return [...text.slice(from, to + 1).matchAll(/\s+/g)].flatMap((match) => {
    const end = from + match.index;
    const stop = endOfSpace(text, end);
    const next = end + (text.slice(end, stop).lastIndexOf("\n") + 1 || stop - end);
    return joinsBefore(text, next) ? [] : [{ end, next }];
  });
}

function endOfSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text.charAt(at))) at += 1;
  return at;
}

/** Tells whether the character at `at` belongs to the grapheme of the one before. */
function joinsBefore(text: string, at: number): boolean {
  return /^[\p{Grapheme_Extend}\p{Mc}\p{Emoji_Modifier}\u200d]/u.test(text.slice(at, at + 2));
}

/** Picks the first break of the highest rank: paragraph, line, sentence, word. */
function highest(text: string, breaks: readonly Break[]): Break | undefined {
  const ranks = breaks.map((each) => rankOf(text, each));
  return breaks[ranks.indexOf(ranks.reduce((top, rank) => Math.max(top, rank), 0))];
}

function rankOf(text: string, { end, next }: Break): number {
  const lines = text.slice(end, next).split("\n").length - 1;
  if (lines > 0) return lines > 1 ? 3 : 2;
  return /[.!?…。！？]["'”’»)\]]?$/.test(text.slice(Math.max(0, end - 2), end)) ? 1 : 0;
}

/** Finds the address that a cut at `at` would break. */
function urlAround(text: string, at: number): Break | undefined {
  const from = Math.max(0, at - LONGEST_URL);
  return [...text.slice(from, at + LONGEST_URL).matchAll(/https?:\/\/[^\s<>"`]+/g)]
    .map((match) => ({ end: from + match.index, next: from + match.index + match[0].length }))
    .find(({ end, next }) => end < at && at < next);
}

/** Finds where the mark of a block of code begins that a cut at `at` would break. */
function markAround(fences: readonly Fence[], at: number): number | undefined {
  const broken = (mark: number) => mark < at && at < mark + FENCE.length;
  const fence = fences.find(({ open, close }) => broken(open) || broken(close));
  if (fence === undefined) return undefined;
  return broken(fence.open) ? fence.open : fence.close;
}

/** Finds the first grapheme boundary at or after `from`; gives up on graphemes of absurd length. */
function boundaryAfter(text: string, from: number): number {
  const start = Math.max(0, from - LONGEST_URL);
  const stretch = text.slice(start, from + LONGEST_URL);
  for (let at = from - start; at < stretch.length; at += 1) {
    if (boundaryBefore(stretch, at) === at) return start + at;
  }
  return from;
}
