import type { BreakerState } from "../answers/breaker.ts";
import type { AccountNotice } from "../account-notice.ts";
import type { ReportedStatus } from "../messages.ts";
import type { Usage } from "../answers/backend.ts";
import type { FailureClass } from "../send-failure.ts";

/** What the flow tells metrics and logs. Every word is from a closed set; no text, name or number of a person. */
export interface Observer {
  readonly event: (channel: string, kind: string) => void;
  readonly notice: (channel: string, notice: AccountNotice) => void;
  /** A webhook was stored, with so many new or repeated messages, by our ids. */
  readonly stored: (channel: string, messageIds: readonly string[]) => void;
  readonly turn: (channel: string, backend: string, outcome: string, ms: number) => void;
  /** One backend was asked; the outcome is what it did, or the code of its failure. */
  readonly backendCalled: (backend: string, outcome: string, ms: number) => void;
  /** A backend is paused, tried or back. */
  readonly breaker: (backend: string, state: BreakerState) => void;
  /** A backend used tokens for an answer. */
  readonly used: (backend: string, usage: Usage) => void;
  readonly send: (channel: string, outcome: string) => void;
  readonly sendFailed: (channel: string, failureClass: FailureClass, code: string) => void;
  readonly status: (channel: string, status: ReportedStatus) => void;
  /** A message arrived that its provider bills; the category is the provider's word, "unknown" where it said none. */
  readonly billed: (channel: string, category: string) => void;
  readonly wait: (channel: string, ms: number) => void;
  readonly dead: (channel: string, reason: string) => void;
  /** A message goes out on another channel, because its own one cannot reach the person. */
  readonly fellBack: (from: string, to: string) => void;
  /** Something failed that the flow goes on from. */
  readonly problem: (
    what: string,
    error: unknown,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}
