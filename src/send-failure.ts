/** How a failed send is handled; the class decides the retry. */
export type FailureClass = "retry" | "throttle" | "drop" | "fix" | "alert";

/** What a provider's refusal means to us. Source of the classes: the channel's error table. */
export interface SendFailure {
  readonly class: FailureClass;
  /** What a throttle or an alert stops: this pair of account and person, or the whole account. */
  readonly scope?: "pair" | "account";
  /** How long to wait before the next try, where the provider or its documentation says so. */
  readonly waitMs?: number;
  /** Tries in all that make sense for this error; the configured limit where absent. */
  readonly maxAttempts?: number;
  /** The person stopped our messages: record an opt-out of this scope. */
  readonly optOut?: "marketing" | "all";
  /** The customer-service window is closed: remember it. */
  readonly windowClosed?: boolean;
  /** The provider does not know this form of message: the plainer one that the channel offers is sent instead. */
  readonly degrade?: boolean;
}
