import type { StepRecord } from "./chain-answer.ts";
import type { Question } from "./backend.ts";
import type { Shadow } from "./shadow.ts";

/** What was said in a recording, and what it cost to learn it. */
export interface Heard {
  readonly text: string;
  readonly step: StepRecord;
}

/** A backend that had no answer, and what it asked to keep. */
export interface Settled {
  readonly step: StepRecord;
  readonly memory?: unknown;
}

/** What a turn that is tried again already knows: nobody is asked, or paid, twice for the same message. */
export interface Attempt {
  heard?: Heard;
  shadow?: Shadow;
  /** The person was asked for patience. */
  wasPatient: boolean;
  /** By the backend's name. */
  readonly settled: Map<string, Settled>;
}

export interface Attempts {
  readonly of: (question: Question) => Attempt;
  readonly keep: (question: Question, attempt: Attempt) => void;
  readonly forget: (question: Question) => void;
}

/** Failed turns that are remembered; beyond it the oldest is asked about again. */
const MAX_KEPT = 1_000;

/** Remembers, in this process, what failed turns have learned. */
export function createAttempts(): Attempts {
  const kept = new Map<string, { readonly text: string; readonly attempt: Attempt }>();
  return {
    of: ({ messageId, text }) => {
      const found = kept.get(messageId);
      return found?.text === text ? found.attempt : { settled: new Map(), wasPatient: false };
    },
    keep: ({ messageId, text }, attempt) => {
      kept.set(messageId, { text, attempt });
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    },
    forget: ({ messageId }) => void kept.delete(messageId),
  };
}
