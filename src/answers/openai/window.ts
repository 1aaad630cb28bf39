import type { HistoryLine } from "../backend.ts";
import type { Line } from "./model.ts";

/** Characters of a token, on average, in the languages people write here. */
const CHARACTERS_PER_TOKEN = 4;

/** Messages an exchange has at most on average: people write in bits, bots answer in several messages. */
const LINES_PER_TURN = 6;

/** How many lines of the past have to be read for so many exchanges. */
export function linesFor(turns: number): number {
  return turns * LINES_PER_TURN;
}

export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/**
 * Chooses what the model is told again of what was said before: the last `turns` exchanges, as far as they fit into
 * `tokens`. What one side said in a row is one line, as protocols with strict turns demand; what does not fit whole is cut at
 * its beginning.
 */
export function windowOf(
  history: readonly HistoryLine[],
  { turns, tokens }: { readonly turns: number; readonly tokens: number },
): readonly Line[] {
  const lines = lastTurns(joinRuns(history), turns);
  const kept: Line[] = [];
  let left = tokens * CHARACTERS_PER_TOKEN;
  for (const { role, text } of lines.toReversed()) {
    if (left <= 0) break;
    kept.unshift({ role, text: lastCharacters(text, left) });
    left -= text.length;
  }
  return kept;
}

function lastCharacters(text: string, most: number): string {
  return text.length <= most ? text : `…${text.slice(text.length - most + 1).toWellFormed()}`;
}

function joinRuns(history: readonly HistoryLine[]): readonly Line[] {
  const lines: Line[] = [];
  for (const { role, text } of history) {
    const last = lines.at(-1);
    const said = plainText(text);
    if (last?.role === role) lines[lines.length - 1] = { role, text: `${last.text}\n${said}` };
    else lines.push({ role, text: said });
  }
  return lines;
}

/** An exchange begins with what the person said. */
function lastTurns(lines: readonly Line[], turns: number): readonly Line[] {
  const starts = lines.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  if (turns === 0) return [];
  return starts.length <= turns ? lines : lines.slice(starts.at(-turns));
}

/** Takes the marks from a text by which some models' servers tell who speaks: a person must not speak as the system. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll("<|", "< |").replaceAll("|>", "| >");
}
