import type { ChainAnswer } from "../answers/chain.ts";
import type { ConversationPatch } from "../db/turns.ts";
import type { Reply } from "../messages.ts";
import { backoff } from "./backoff.ts";
import { textFor } from "./plan.ts";
import { isUnasked, languageOf, type Turn } from "./turn.ts";

/** Longest pause between two tries, so that people hear soon after a backend is back. */
const MAX_PAUSE_MS = 30_000;

/** Milliseconds since the message was received, by the database's clock; 0 where that is not known. */
function ageOf({ row, deps, startedAt }: Turn): number {
  return row.ageMs === undefined ? 0 : row.ageMs + (deps.now() - startedAt);
}

/**
 * Whether a turn that failed is tried again: while it has tries left, and beyond them while the message is younger than
 * an outage may last. Messages that waited behind it are as old, so a conversation is not held for longer than that.
 */
export function mayTryAgain(turn: Turn): boolean {
  const { maxAttempts, outageWaitMs } = turn.deps.settings.answers;
  const isYoung = turn.row.ageMs !== undefined && ageOf(turn) < outageWaitMs;
  return turn.fails + 1 < maxAttempts || isYoung;
}

/** Milliseconds until the next try. It comes no later than the time to say that it takes longer. */
export function pauseBeforeRetry(turn: Turn, random?: () => number): number {
  const { retryBaseMs, outageNoticeMs } = turn.deps.settings.answers;
  const pauseMs = Math.min(MAX_PAUSE_MS, backoff(turn.fails + 1, retryBaseMs, random));
  const untilNoticeMs = outageNoticeMs - ageOf(turn);
  return turn.conversation.apologised || untilNoticeMs <= 0
    ? pauseMs
    : Math.min(pauseMs, Math.max(retryBaseMs, untilNoticeMs));
}

/** What is said where nobody could answer: the route's own words, else the usual ones; undefined for silence. */
export function apologyFor(turn: Turn, { apology }: ChainAnswer): string | undefined {
  const { answers } = turn.deps.settings;
  return apology ?? textFor(answers.staticReplies, languageOf(turn), answers.language);
}

/** Tells the person, once per outage, that the answer takes longer; the message goes on waiting for it. */
export async function tellOfOutage(
  turn: Turn,
  answer: ChainAnswer,
  aside: (replies: readonly Reply[], patch: ConversationPatch) => Promise<void>,
): Promise<void> {
  const { outageNoticeMs } = turn.deps.settings.answers;
  const isTooEarly = ageOf(turn) < outageNoticeMs || outageNoticeMs === 0;
  if (turn.conversation.apologised || isUnasked(turn) || isTooEarly) return;
  const text = apologyFor(turn, answer);
  if (text !== undefined) await aside([{ text }], { apologised: true });
}
