import type { BridgeError, ErrorCode } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Answer, AnswerBackend, AnswerContext, Question } from "./backend.ts";
import { askStep, type StepResult } from "./chain-step.ts";
import { closestLanguage } from "./language.ts";

export interface ChainStep {
  /** The backend's configured name. */
  readonly name: string;
  readonly backend: AnswerBackend;
}

export interface ChainOptions {
  /** Said when nobody answered, by language tag; the first one where none fits. Empty: nothing is said. */
  readonly staticReplies: Readonly<Record<string, string>>;
  /** Milliseconds the whole turn may take. */
  readonly budgetMs: number;
  /** A clock in milliseconds that never goes back; for tests. */
  readonly now?: () => number;
}

/** What one backend did, as the interaction log keeps it. */
export interface StepRecord {
  readonly backend: string;
  readonly outcome: Answer["outcome"] | ErrorCode;
  readonly ms: number;
  readonly confidence?: number;
}

/** What the chain as a whole did with a question. */
export interface ChainAnswer extends Omit<Answer, "outcome" | "replies"> {
  /** `failed`: nobody answered and trying again may help; `failure` says why. */
  readonly outcome: "answered" | "silent" | "failed";
  /** The replies still to be sent: those already emitted are not repeated. */
  readonly replies: readonly Reply[];
  /** Name of the backend that ended the turn; null for the static reply and for a failed turn. */
  readonly backend: string | null;
  /** Whether the answer came from any but the first backend, or from the static reply. */
  readonly fallbackUsed: boolean;
  readonly steps: readonly StepRecord[];
  /** The failure of a failed turn; otherwise the first failure of a backend, although the turn went on without it. */
  readonly failure?: BridgeError;
}

export interface Chain {
  /**
   * Asks one backend after the other until one answers or wants silence. Rejects with the reason of an abort, with a
   * failure of `emit`, and with any error of a backend that is not a `BridgeError`, each as it is.
   */
  readonly ask: (question: Question, context: AnswerContext) => Promise<ChainAnswer>;
}

export function createChain(steps: readonly ChainStep[], options: ChainOptions): Chain {
  const now = options.now ?? (() => performance.now());
  return {
    ask: async (question, context) => {
      const deadline = now() + options.budgetMs;
      const records: StepRecord[] = [];
      const failures: BridgeError[] = [];
      for (const [index, { name, backend }] of steps.entries()) {
        const started = now();
        const limitMs = Math.min(backend.timeoutMs, deadline - started);
        const result = await askStep(backend, question, context, limitMs);
        records.push(recordOf(name, result, Math.round(now() - started)));
        if (result.failure !== undefined) failures.push(result.failure);
        if (result.answer === undefined || result.answer.outcome === "no_answer") continue;
        return {
          ...result.answer,
          outcome: result.answer.outcome,
          backend: name,
          fallbackUsed: index > 0,
          steps: records,
          ...asFailure(failures[0]),
        };
      }
      return unanswered(question, options.staticReplies, records, failures);
    },
  };
}

function recordOf(backend: string, { answer, failure }: StepResult, ms: number): StepRecord {
  const confidence = answer?.confidence;
  return {
    backend,
    outcome: failure?.code ?? answer?.outcome ?? "no_answer",
    ms,
    ...(confidence !== undefined && { confidence }),
  };
}

/** A failure that may pass is worth another try of the whole turn; otherwise the person gets the static reply. */
function unanswered(
  question: Question,
  staticReplies: ChainOptions["staticReplies"],
  steps: readonly StepRecord[],
  failures: readonly BridgeError[],
): ChainAnswer {
  const passing = failures.find((failure) => failure.retry);
  if (passing !== undefined) {
    const nothing = { replies: [], backend: null, fallbackUsed: false };
    return { outcome: "failed", ...nothing, steps, failure: passing };
  }
  const languages = Object.keys(staticReplies);
  const language = closestLanguage(question.language, languages) ?? languages[0] ?? "";
  const text = staticReplies[language];
  const said = text === undefined ? [] : [{ text }];
  return {
    outcome: said.length > 0 ? "answered" : "silent",
    replies: said,
    backend: null,
    fallbackUsed: said.length > 0,
    steps,
    ...asFailure(failures[0]),
  };
}

function asFailure(failure: BridgeError | undefined) {
  return failure === undefined ? {} : { failure };
}
