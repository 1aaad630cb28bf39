import type { AccountNotice, FailureClass, ReportedStatus } from "../messages.ts";

/** What the flow tells metrics and logs. Every word is from a closed set; no text, name or number of a person. */
export interface Observer {
  readonly event: (channel: string, kind: string) => void;
  readonly notice: (channel: string, notice: AccountNotice) => void;
  readonly stored: (channel: string, messages: number) => void;
  readonly turn: (channel: string, backend: string, outcome: string, ms: number) => void;
  readonly send: (channel: string, outcome: string) => void;
  readonly sendFailed: (channel: string, failureClass: FailureClass, code: string) => void;
  readonly status: (channel: string, status: ReportedStatus) => void;
  readonly wait: (channel: string, ms: number) => void;
  readonly dead: (channel: string, reason: string) => void;
  /** Something failed that the flow goes on from. */
  readonly problem: (
    what: string,
    error: unknown,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}
