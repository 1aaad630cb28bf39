import type { ProviderError } from "./messages.ts";
import type { SendFailure } from "./send-failure.ts";

/**
 * Every failure the bridge names, in one table. `retry` says whether trying again can help without a person;
 * `status` is the HTTP status of an answer that carries the error. README and tests follow this table.
 */
export const ERRORS = {
  webhook_forged: { retry: false, status: 401 },
  webhook_malformed: { retry: false, status: 400 },
  webhook_unverified: { retry: false, status: 403 },
  webhook_unchecked: { retry: true, status: 503 },
  channel_unknown: { retry: false, status: 404 },
  channel_unavailable: { retry: true, status: 502 },
  channel_throttled: { retry: true, status: 502 },
  channel_refused: { retry: false, status: 422 },
  channel_invalid_payload: { retry: false, status: 422 },
  channel_account_blocked: { retry: true, status: 502 },
  channel_unreadable: { retry: false, status: 502 },
  channel_uncertain: { retry: false, status: 502 },
  channel_window_closed: { retry: false, status: 409 },
  channel_opted_out: { retry: false, status: 409 },
  answer_unreachable: { retry: true, status: 502 },
  answer_timeout: { retry: false, status: 504 },
  answer_refused: { retry: false, status: 502 },
  answer_unreadable: { retry: false, status: 502 },
  answer_paused: { retry: true, status: 503 },
  store_unavailable: { retry: true, status: 503 },
  store_overloaded: { retry: true, status: 503 },
  store_data: { retry: false, status: 422 },
  store_locked: { retry: false, status: 503 },
  store_newer: { retry: false, status: 503 },
  store_fenced: { retry: false, status: 409 },
  request_unauthorized: { retry: false, status: 401 },
  request_malformed: { retry: false, status: 400 },
  request_invalid: { retry: false, status: 422 },
  request_forbidden: { retry: false, status: 403 },
  request_gone: { retry: false, status: 410 },
  request_not_found: { retry: false, status: 404 },
  request_method_not_allowed: { retry: false, status: 405 },
  request_too_large: { retry: false, status: 413 },
  request_rate_limited: { retry: true, status: 429 },
  request_conflict: { retry: false, status: 409 },
  request_in_progress: { retry: true, status: 409 },
  request_idempotency_mismatch: { retry: false, status: 422 },
  request_media_type: { retry: false, status: 415 },
} as const;

export type ErrorCode = keyof typeof ERRORS;

interface BridgeErrorOptions {
  readonly cause?: unknown;
  readonly provider?: ProviderError;
  readonly failure?: SendFailure;
}

/** A failure with a name. `detail` is safe to store and to show: no secret, no personal data, no provider's free text. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  /** The provider's own words about a refused send. */
  readonly provider: ProviderError | undefined;
  readonly failure: SendFailure | undefined;

  constructor(code: ErrorCode, detail: string, options: BridgeErrorOptions = {}) {
    super(`${code}: ${detail}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "BridgeError";
    this.code = code;
    this.detail = detail;
    this.provider = options.provider;
    this.failure = options.failure;
  }

  get retry(): boolean {
    return ERRORS[this.code].retry;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** Turns anything thrown into an Error without losing it. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error("a non-error was thrown", { cause: thrown });
}
