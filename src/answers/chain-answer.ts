import type { BridgeError, ErrorCode } from "../errors.ts";
import type { Reply } from "../messages.ts";
import type { Answer, AnswerBackend, Usage } from "./backend.ts";

/** A backend that a chain may ask. */
export interface ChainStep {
  /** The backend's configured name. */
  readonly name: string;
  readonly backend: AnswerBackend;
  /** Asked only where a route, a shadow or a recording names it. */
  readonly isSpare?: boolean;
}

/** What one backend did, as the interaction log keeps it. */
export interface StepRecord {
  readonly backend: string;
  readonly outcome: Answer["outcome"] | ErrorCode | "transcribed";
  readonly ms: number;
  readonly confidence?: number;
  readonly usage?: Usage;
  /** Why it failed, or why it had no answer. */
  readonly reason?: string;
}

/** What a backend would have said that was asked beside the chain. */
export interface ShadowRecord {
  readonly backend: string;
  /** `late`: it had not ended when the turn did; `unexpected`: it failed for a reason nobody named. */
  readonly outcome: Answer["outcome"] | ErrorCode | "late" | "unexpected";
  readonly ms: number;
  readonly texts: readonly string[];
  readonly intent?: string;
  readonly confidence?: number;
  readonly usage?: Usage;
}

/** What the chain as a whole did with a question. */
export interface ChainAnswer extends Omit<Answer, "outcome" | "replies" | "memory" | "usage"> {
  /** `failed`: nobody answered and trying again may help; `failure` says why. */
  readonly outcome: "answered" | "silent" | "failed";
  /** The replies still to be sent: those already emitted are not repeated. */
  readonly replies: readonly Reply[];
  /** Name of the backend that ended the turn; null for the static reply and for a failed turn. */
  readonly backend: string | null;
  /** Whether the answer came from any but the first backend of its chain, or from the static reply. */
  readonly fallbackUsed: boolean;
  readonly steps: readonly StepRecord[];
  /** The failure of a failed turn; otherwise the first failure of a backend, although the turn went on without it. */
  readonly failure?: BridgeError;
  /** What backends asked to keep, by name. */
  readonly memory: Readonly<Record<string, unknown>>;
  /** What was said in a recording, where one was written down. */
  readonly heard?: string;
  /** What is said where the turn is given up; absent where nothing is to be said. */
  readonly apology?: string;
  /** How long the backend is to be asked first, where the route says so. */
  readonly holdMs?: number;
  readonly shadow?: readonly ShadowRecord[];
}
