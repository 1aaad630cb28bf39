import type { Reply } from "../messages.ts";
import type { TurnContext } from "./backend.ts";

/** What is said where an answer takes long, and when. */
export interface SlowText {
  readonly afterMs: number;
  readonly text: string;
}

/** A turn that says a word of patience once, unless it has said something by then. */
export interface Patience {
  readonly context: TurnContext;
  /** No word after this; waits for one that is under way. Rejects where it could not be said. */
  readonly end: () => Promise<void>;
}

/** Watches a turn. What backends emit and the word of patience are sent one after the other, never side by side. */
export function withPatience(
  context: TurnContext,
  { afterMs, text }: SlowText,
  onSaid: () => void,
): Patience {
  const { notice } = context;
  if (notice === undefined) return { context, end: () => Promise.resolve() };
  let isSilent = true;
  let last: Promise<void> = Promise.resolve();
  const timer = setTimeout(() => {
    if (!isSilent || context.signal.aborted) return;
    onSaid();
    last = last.then(() => notice([{ text }]));
    // It is waited for by whatever comes next; until then a failure has nobody to hear it.
    last.catch(() => undefined);
  }, afterMs);
  const emit = (replies: readonly Reply[]): Promise<void> => {
    if (replies.length > 0) isSilent = false;
    last = last.then(() => context.emit(replies));
    return last;
  };
  return {
    context: { ...context, emit },
    end: () => {
      clearTimeout(timer);
      return last;
    },
  };
}
