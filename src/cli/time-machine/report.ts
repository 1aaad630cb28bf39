import { safeLine } from "../simulate/safe-text.ts";
import type { Output } from "../terminal.ts";
import { type Compared, type DiffLine, type Summary, type Verdict, VERDICTS } from "./compare.ts";

/** What a verdict is called. */
export const WORDS: Readonly<Record<Verdict, string>> = {
  equal: "equal",
  changed: "changed",
  new_silence: "new silence",
  new_answer: "new answer",
  failed: "failed",
};

const STYLES = { "-": "red", "+": "green", " ": "dim" } as const;

function styleOf(line: DiffLine) {
  return line.startsWith("-") ? STYLES["-"] : line.startsWith("+") ? STYLES["+"] : STYLES[" "];
}

/** One turn with its difference. */
export function comparedText(compared: Compared, paint: Output["paint"]): string {
  const { verdict, turn, difference, error } = compared;
  const head = `${paint("bold", WORDS[verdict])}  ${turn.at}  ${turn.channel}  message ${turn.messageId}`;
  return [
    head,
    `  "${safeLine(turn.text)}"`,
    ...(error === null ? [] : [`  ${paint("red", safeLine(error))}`]),
    ...difference.map((line) => `  ${paint(styleOf(line), safeLine(line))}`),
  ].join("\n");
}

/** All of it in a line. */
export function summaryText({ backend, turns, conversations, counts, ...times }: Summary): string {
  const found = VERDICTS.map((verdict) => `${counts[verdict]} ${WORDS[verdict]}`);
  const pace =
    times.medianMs === null ? "" : `; median ${times.medianMs} ms, 95 % within ${times.p95Ms} ms`;
  const many = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
  return `${many(turns, "turn")} of ${many(conversations, "conversation")} asked of ${backend}: ${found.join(", ")}${pace}`;
}
