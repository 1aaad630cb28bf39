import { BridgeError, toError } from "../errors.ts";
import type { Reply } from "../messages.ts";
import { HttpFailure } from "../transport.ts";
import type { Answer, AnswerBackend, AnswerContext, Question } from "./backend.ts";

/** Milliseconds below which asking is in vain; timers are not much more exact either. */
export const LEAST_MS = 10;

/** Milliseconds before a call that never left is made once more: a restart often takes no longer. */
const AGAIN_AFTER_MS = 100;

/** What one backend made of a question: an answer, a failure, or both where it failed after it had emitted replies. */
export interface StepResult {
  readonly answer?: Answer;
  readonly failure?: BridgeError;
  /** How many replies it has emitted. */
  readonly emitted: number;
}

/**
 * Asks one backend, for at most `limitMs`, and once more where it could not be reached and cannot have seen the question.
 * Rejects with the reason of an abort from outside, with a failure of `emit` and with any error that is not a
 * `BridgeError`, each as it is.
 */
export async function askStep(
  backend: AnswerBackend,
  question: Question,
  context: AnswerContext,
  limitMs: number,
): Promise<StepResult> {
  const startedAt = performance.now();
  const first = await askOnce(backend, question, context, limitMs);
  if (first.emitted > 0 || !neverLeft(first.failure)) return first;
  const leftMs = limitMs - (performance.now() - startedAt) - AGAIN_AFTER_MS;
  if (leftMs < LEAST_MS) return first;
  await pause(AGAIN_AFTER_MS, context.signal);
  return askOnce(backend, question, context, leftMs);
}

/** How many causes deep a failure of the client may lie: a provider's own library wraps it. */
const MAX_CAUSES = 5;

function neverLeft(failure: BridgeError | undefined): boolean {
  if (failure?.code !== "answer_unreachable") return false;
  let cause: unknown = failure.cause;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (cause instanceof HttpFailure) return cause.delivered === "no" && cause.reason === "refused";
    cause = cause.cause;
  }
  return false;
}

/** Rejects with the reason of the abort. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      // The reason is passed on as it is, as `throwIfAborted` does.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

async function askOnce(
  backend: AnswerBackend,
  question: Question,
  context: AnswerContext,
  limitMs: number,
): Promise<StepResult> {
  context.signal.throwIfAborted();
  if (limitMs < LEAST_MS) {
    return { failure: new BridgeError("answer_timeout", "no time was left to ask"), emitted: 0 };
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(lateBy(limitMs)), limitMs);
  const signal = AbortSignal.any([context.signal, deadline.signal]);
  const emission = watchEmission(context, signal);
  try {
    const asked = backend.answer(question, { ...context, signal, emit: emission.emit });
    const answer = await Promise.race([asked, whenAborted(signal)]);
    const emitted = await emission.settle();
    return { answer: emitted === 0 ? answer : { ...answer, outcome: "answered" }, emitted };
  } catch (thrown) {
    const emitted = await emission.settle();
    context.signal.throwIfAborted();
    const failure: unknown = deadline.signal.aborted ? deadline.signal.reason : thrown;
    if (!(failure instanceof BridgeError)) throw failure;
    if (emitted === 0) return { failure, emitted };
    return { failure, answer: { outcome: "answered", replies: [] }, emitted };
  } finally {
    clearTimeout(timer);
  }
}

function lateBy(limitMs: number): BridgeError {
  return new BridgeError("answer_timeout", `no answer within ${Math.round(limitMs)} ms`);
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
