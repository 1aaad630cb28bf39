import type { ErrorCode } from "../errors.ts";
import type { ProviderError } from "../messages.ts";
import type { SendFailure } from "../send-failure.ts";

/** How a class of failure is named once it leaves a channel. */
const CODE_OF_CLASS: Readonly<Record<SendFailure["class"], ErrorCode>> = {
  retry: "channel_unavailable",
  throttle: "channel_throttled",
  drop: "channel_refused",
  fix: "channel_invalid_payload",
  alert: "channel_account_blocked",
};

/** Names a failure for logs, dead letters and the API. */
export function codeOf(failure: SendFailure): ErrorCode {
  return failure.windowClosed === true ? "channel_window_closed" : CODE_OF_CLASS[failure.class];
}

/** Reads an answer's body as JSON; undefined for the error page of a proxy, or for nothing at all. */
export function readJson(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed;
  } catch {
    return undefined;
  }
}

/** Takes our secrets out of a provider's words: many repeat what they were called with. */
export function withoutSecrets(words: string, secrets: readonly string[]): string {
  return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, "[secret]"), words);
}

/** Takes our secrets out of everything that a provider says of a refusal. */
export function cleanError(error: ProviderError, secrets: readonly string[]): ProviderError {
  const { details, traceId } = error;
  return {
    code: withoutSecrets(error.code, secrets),
    title: withoutSecrets(error.title, secrets),
    ...(details !== undefined && { details: withoutSecrets(details, secrets) }),
    ...(traceId !== undefined && { traceId: withoutSecrets(traceId, secrets) }),
  };
}
