import { FENCE, fencesOf, firstBreak, lastBreak } from "./text-breaks.ts";
import type { Fence } from "./text-breaks.ts";

const REOPENED = `${FENCE}\n`;
const CLOSED = `\n${FENCE}`;

/**
 * Splits a text into parts of at most `limit` UTF-16 code units: at a paragraph, line, sentence or word where there is
 * one in the later half of a part, otherwise between graphemes and outside an address. A block of code that must be
 * split is closed and opened again. Never returns a blank part; a blank text gives none. `limit` is at least 20.
 */
export function splitText(text: string, limit: number): string[] {
  if (text.length <= limit) return text.trim() === "" ? [] : [text];
  const fences = fencesOf(text);
  const room = fences.length === 0 ? limit : limit - REOPENED.length - CLOSED.length;
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > room) {
    const { end, next } = lastBreak(text, from, from + room, fences);
    parts.push(piece(text, from, end, fences));
    from = next;
  }
  parts.push(piece(text, from, text.length, fences));
  return parts.filter((part) => part.trim() !== "");
}

/**
 * Parts a text so that its tail is as long as `limit` UTF-16 code units allow, by the same rules. `head` is "" where
 * the whole text fits; `tail` is blank only where the text ends in nothing but space and empty code.
 */
export function splitTail(text: string, limit: number): { head: string; tail: string } {
  const trimmed = text.length > limit ? text.trimEnd() : text;
  if (trimmed.length <= limit) return { head: "", tail: trimmed };
  const fences = fencesOf(trimmed);
  const room = fences.length === 0 ? limit : limit - REOPENED.length;
  const { end, next } = firstBreak(trimmed, trimmed.length - room, fences);
  return {
    head: piece(trimmed, 0, end, fences),
    tail: piece(trimmed, next, trimmed.length, fences),
  };
}

/**
 * Parts a text so that its head is as long as `limit` UTF-16 code units allow, by the same rules. `tail` is "" where
 * the whole text fits; `head` may be blank where the text begins with a long blank stretch.
 */
export function splitHead(text: string, limit: number): { head: string; tail: string } {
  if (text.length <= limit) return { head: text, tail: "" };
  const fences = fencesOf(text);
  const room = fences.length === 0 ? limit : limit - CLOSED.length;
  const { end, next } = lastBreak(text, 0, room, fences);
  return { head: piece(text, 0, end, fences), tail: piece(text, next, text.length, fences) };
}

/** Takes one part out of a text, without blank edges, and completes the block of code it begins or ends in. */
function piece(text: string, from: number, to: number, fences: readonly Fence[]): string {
  const content = text.slice(from, to).trimEnd();
  const lines = from === 0 ? content : content.replace(/^(?:[^\S\n]*\n)+/, "");
  const opened = insideCode(from, fences);
  const left = insideCode(to, fences);
  // Code that lies wholly on the other side of the cut leaves its mark here: an empty block.
  const head = opened && lines.startsWith(FENCE) ? lines.slice(FENCE.length).trimStart() : lines;
  const tail = left && head.endsWith(FENCE) ? head.slice(0, -FENCE.length).trimEnd() : head;
  if (tail.trim() === "") return "";
  return `${opened && head === lines ? REOPENED : ""}${tail}${left && tail === head ? CLOSED : ""}`;
}

/** Tells whether a cut at `at` has some of one block of code on both sides. */
function insideCode(at: number, fences: readonly Fence[]): boolean {
  return fences.some(({ open, close }) => open + FENCE.length <= at && at <= close);
}
