import { BridgeError, toError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Answer, AnswerBackend, AnswerContext, Question } from "./backend.ts";

/** Milliseconds below which asking is in vain; timers are not much more exact either. */
const LEAST_MS = 10;

/** What one backend made of a question: an answer, a failure, or both where it failed after it had emitted replies. */
export interface StepResult {
  readonly answer?: Answer;
  readonly failure?: BridgeError;
}

/**
 * Asks one backend, for at most `limitMs`. Rejects with the reason of an abort from outside, with a failure of `emit` and
 * with any error that is not a `BridgeError`, each as it is.
 */
export async function askStep(
  backend: AnswerBackend,
  question: Question,
  context: AnswerContext,
  limitMs: number,
): Promise<StepResult> {
  context.signal.throwIfAborted();
  if (limitMs < LEAST_MS) {
    return { failure: new BridgeError("answer_timeout", "no time was left to ask") };
  }
  const deadline = new AbortController();
  const late = new BridgeError("answer_timeout", `no answer within ${Math.round(limitMs)} ms`);
  const timer = setTimeout(() => deadline.abort(late), limitMs);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const emission = watchEmission(context, signal);
  try {
    const asked = backend.answer(question, { signal, emit: emission.emit });
    const answer = await Promise.race([asked, whenAborted(signal)]);
    const isEmpty = (await emission.settle()) === 0;
    return { answer: isEmpty ? answer : { ...answer, outcome: "answered" } };
  } catch (thrown) {
    const emitted = await emission.settle();
    context.signal.throwIfAborted();
    const failure = deadline.signal.aborted ? late : thrown;
    if (!(failure instanceof BridgeError)) throw failure;
    return emitted === 0 ? { failure } : { failure, answer: { outcome: "answered", replies: [] } };
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with the reason of the abort, for a backend that does not heed its signal. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(toError(signal.reason)), { once: true });
  });
}

/**
 * Counts what a backend emits, keeps it in order and refuses it once the backend's time is over. `settle` waits for what
 * is under way, so that nobody else answers a question that was answered in the last moment, and rejects if it failed.
 */
function watchEmission(context: AnswerContext, signal: AbortSignal) {
  let emitted = 0;
  let last = Promise.resolve();
  const emit = (replies: readonly Reply[]): Promise<void> => {
    if (signal.aborted) return Promise.reject(toError(signal.reason));
    emitted += replies.length;
    last = last.then(() => context.emit(replies));
    return last;
  };
  const settle = async (): Promise<number> => {
    await last;
    return emitted;
  };
  return { emit, settle };
}
