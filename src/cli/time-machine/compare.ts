import type { Button, Reply } from "../../messages.ts";
import type { Asked } from "./ask.ts";
import type { PastTurn } from "./history.ts";

/** What became of an answer. */
export const VERDICTS = ["equal", "changed", "new_silence", "new_answer", "failed"] as const;

export type Verdict = (typeof VERDICTS)[number];

/** A line of a difference: as it was, as it is, or both. */
export type DiffLine = `${"-" | "+" | " "} ${string}`;

/** A turn then and today. */
export interface Compared {
  readonly verdict: Verdict;
  readonly turn: Pick<
    PastTurn,
    "at" | "channel" | "conversationId" | "messageId" | "text" | "backend"
  >;
  readonly difference: readonly DiffLine[];
  readonly error: string | null;
  readonly ms: number;
}

/** Compares what was answered then with what is answered today. */
export function compare({ turn, replies, failure, ms }: Asked): Compared {
  const before = turn.replies.flatMap(linesOf);
  const after = replies.flatMap(linesOf);
  const { at, channel, conversationId, messageId, text, backend } = turn;
  return {
    verdict: failure === null ? verdictOf(before, after) : "failed",
    turn: { at, channel, conversationId, messageId, text, backend },
    difference: failure === null ? diffLines(before, after) : [],
    error: failure === null ? null : `${failure.detail} (${failure.code})`,
    ms,
  };
}

function verdictOf(before: readonly string[], after: readonly string[]): Verdict {
  if (before.join("\n") === after.join("\n")) return "equal";
  if (after.length === 0) return "new_silence";
  return before.length === 0 ? "new_answer" : "changed";
}

/** A reply in lines, with all of it that a person would notice and what a tap would say. */
function linesOf({ text, buttons = [], image, attachment, custom }: Reply): string[] {
  return [
    ...(text === undefined || text.trim() === "" ? [] : text.trim().split(/\s*\n/)),
    ...buttons.map(buttonLine),
    ...(image === undefined ? [] : [`(image) ${image}`]),
    ...(attachment === undefined ? [] : [`(attachment) ${ordered(attachment)}`]),
    ...(custom === undefined ? [] : [`(custom) ${ordered(custom)}`]),
  ];
}

function buttonLine({ title, payload, url }: Button): string {
  const leads = url ?? payload;
  return leads === undefined || leads === title ? `[${title}]` : `[${title}] -> ${leads}`;
}

/** JSON with its keys in order, so that the same reads the same. */
function ordered(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? "null"
  );
}

/** What went and what came, between the lines that both begin and end with. */
function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (line: string): DiffLine => `  ${line}`;
  return [
    ...before.slice(0, start).map(same),
    ...before.slice(start, before.length - end).map((line): DiffLine => `- ${line}`),
    ...after.slice(start, after.length - end).map((line): DiffLine => `+ ${line}`),
    ...before.slice(before.length - end).map(same),
  ];
}

/** How all of it went. */
export interface Summary {
  readonly backend: string;
  readonly turns: number;
  readonly conversations: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Of one answer, milliseconds; null where there was none. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

export function summarise(backend: string, all: readonly Compared[]): Summary {
  const count = (verdict: Verdict) => all.filter((one) => one.verdict === verdict).length;
  const times = all.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return {
    backend,
    turns: all.length,
    conversations: new Set(all.map(({ turn }) => turn.conversationId)).size,
    counts: {
      equal: count("equal"),
      changed: count("changed"),
      new_silence: count("new_silence"),
      new_answer: count("new_answer"),
      failed: count("failed"),
    },
    medianMs: at(0.5) ?? null,
    p95Ms: at(0.95) ?? null,
  };
}
