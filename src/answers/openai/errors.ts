import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai/core/error";
import { BridgeError } from "../../errors.ts";
import { HttpFailure } from "../../transport.ts";

/** Why a server would not work on this one message, although nothing is wrong with it or with us. */
export type Declined = "filtered" | "too_long";

/** Codes of a message that a filter stopped. Source: OpenAI and Azure OpenAI, error codes. */
const FILTERED = new Set(["content_filter", "content_policy_violation", "moderation_blocked"]);

/** Codes that mean nobody's questions are answered until a person of ours has done something. */
const ACCOUNT_CODES = new Set([
  "insufficient_quota",
  "billing_hard_limit_reached",
  "billing_not_active",
  "account_deactivated",
  "invalid_api_key",
  "model_not_found",
  "DeploymentNotFound",
]);

/** Codes worth telling the operator; any other is the server's free text. */
const TOLD = new Set([
  ...ACCOUNT_CODES,
  "rate_limit_exceeded",
  "unsupported_parameter",
  "unsupported_value",
  "unknown_parameter",
  "invalid_json_schema",
  "invalid_image",
  "invalid_image_format",
  "audio_too_short",
]);

/** Says whether the server declined this one message; undefined for any other failure. */
export function declinedBy(thrown: unknown): Declined | undefined {
  if (!(thrown instanceof APIError)) return undefined;
  if (thrown.code === "context_length_exceeded") return "too_long";
  return typeof thrown.code === "string" && FILTERED.has(thrown.code) ? "filtered" : undefined;
}

/**
 * Gives what the SDK threw a name; anything but a failed call comes back as it is. What stops every question (a wrong key, an
 * empty account, a model that does not exist) is `answer_refused` with a `failure` of the whole account.
 */
export function nameFailure(thrown: unknown): unknown {
  const options = { cause: causeOf(thrown) };
  if (thrown instanceof APIConnectionTimeoutError) {
    return new BridgeError("answer_timeout", "the model's server took too long", options);
  }
  if (thrown instanceof APIConnectionError) return nameBroken(thrown);
  if (!(thrown instanceof APIError)) return thrown;
  const status = Number(thrown.status);
  const detail = `the model's server answered with status ${status}${told(thrown.code)}`;
  if (isOfAccount(status, thrown.code)) {
    const failure = { class: "alert", scope: "account" } as const;
    return new BridgeError("answer_refused", detail, { ...options, failure });
  }
  const mayPass = status >= 500 || [408, 409, 429].includes(status);
  return new BridgeError(mayPass ? "answer_unreachable" : "answer_refused", detail, options);
}

/** What the SDK throws for an answer quotes it, free text and all: only a failure of our own client is worth keeping. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof HttpFailure ? thrown.cause : undefined;
}

function nameBroken({ cause }: APIConnectionError): BridgeError {
  const options = cause instanceof HttpFailure ? { cause } : {};
  const reason = cause instanceof HttpFailure ? cause.reason : "reset";
  switch (reason) {
    case "timeout":
      return new BridgeError("answer_timeout", "the model's server took too long", options);
    case "too_large":
      return new BridgeError("answer_unreadable", "the model server's answer is too long", options);
    case "refused":
    case "reset":
    case "aborted":
      return new BridgeError("answer_unreachable", "the model's server cannot be reached", options);
  }
}

function isOfAccount(status: number, code: unknown): boolean {
  const isAccountCode = typeof code === "string" && ACCOUNT_CODES.has(code);
  return status === 401 || status === 403 || status === 404 || isAccountCode;
}

function told(code: unknown): string {
  return typeof code === "string" && TOLD.has(code) ? ` (${code})` : "";
}
