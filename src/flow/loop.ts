import type { StoredLine } from "../db/history.ts";

/** What gives another program away. */
export type LoopSign = "repeats" | "echo";

/** Characters up to which a text may well be said again and again: "yes", "5", "next". */
const SHORT_TEXT = 12;
/** Our own texts that may come back: people quote and copy too. */
const ECHOES = 3;

/** Lines of history that `findLoop` needs. */
export const linesNeeded = (repeats: number): number => 2 * (repeats + ECHOES);

/** Folds case, width and spaces: programs repeat themselves to the letter, but their gateways do not. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/**
 * Finds the sign that a text comes from another program: it was just said more than `repeats` times in a row, or our own
 * words keep coming back. A short text counts as repeated only where we, too, keep saying the same: whoever fills in a form
 * says "yes" to different questions. `lines` are those before the text, oldest first.
 */
export function findLoop(
  text: string,
  lines: readonly StoredLine[],
  repeats: number,
): LoopSign | undefined {
  const said = fold(text);
  if (said === "") return undefined;
  const theirs = textsOf(lines, "user");
  const ours = textsOf(lines, "assistant");
  const others = theirs.findLastIndex((line) => line !== said);
  const before = theirs.length - 1 - others;
  const isShort = said.length <= SHORT_TEXT;
  if (before >= repeats && (!isShort || isMonotonous(ours.slice(-repeats)))) return "repeats";
  const known = new Set(ours.filter((line) => line.length > SHORT_TEXT));
  const echoes = [...theirs, said].filter((line) => known.has(line)).length;
  return known.has(said) && echoes >= ECHOES ? "echo" : undefined;
}

function textsOf(lines: readonly StoredLine[], role: StoredLine["role"]): readonly string[] {
  return lines.filter((line) => line.role === role).map((line) => fold(line.text));
}

function isMonotonous(texts: readonly string[]): boolean {
  return new Set(texts).size <= 1;
}
