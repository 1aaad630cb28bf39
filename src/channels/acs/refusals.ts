import { BridgeError, type ErrorCode } from "../../errors.ts";
import type { ProviderError } from "../../messages.ts";
import type { SendFailure } from "../../send-failure.ts";
import type { HttpResponse } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";
import { identifier, isRecord, optionalText, present, word } from "../whatsapp/inbound/fields.ts";

const SECOND = 1000;

/** How long an account rests where the provider gives no time. */
const THROTTLE_MS = 5 * SECOND;

/** Longest rest taken from the provider's word: a wrong header must not silence an account for days. */
const LONGEST_WAIT_MS = 60 * 60 * SECOND;

/**
 * Says what a refused call means. Azure publishes no list of its codes, so the HTTP status decides. A message refused as
 * malformed may be of a form that this version of the service does not know: a plainer one is tried, where there is one.
 * Source: Azure Communication Services REST reference, error responses; Azure REST API guidelines.
 */
export function refusalOf(response: HttpResponse, secrets: readonly string[]): BridgeError {
  const { status } = response;
  const provider = readError(response, secrets);
  const { code, failure } = classifyStatus(response);
  const named = provider === undefined || provider.code === "" ? "" : ` (${word(provider.code)})`;
  const detail = `Azure answered ${String(status)}${named}`;
  return new BridgeError(code, detail, { failure, ...(provider !== undefined && { provider }) });
}

function classifyStatus(response: HttpResponse): {
  readonly code: ErrorCode;
  readonly failure: SendFailure;
} {
  const { status } = response;
  if (status === 429) {
    const waitMs = retryAfterMs(response) ?? THROTTLE_MS;
    const failure = { class: "throttle", scope: "account", waitMs } as const;
    return { code: "channel_throttled", failure };
  }
  if (status === 401 || status === 403) {
    const failure = { class: "alert", scope: "account" } as const;
    return { code: "channel_account_blocked", failure };
  }
  if (status === 408 || status >= 500) {
    const waitMs = retryAfterMs(response);
    return { code: "channel_unavailable", failure: present({ class: "retry", waitMs }) };
  }
  const failure = { class: "fix", ...(status === 400 && { degrade: true }) } as const;
  return { code: "channel_invalid_payload", failure };
}

/** Reads how long to wait: milliseconds, seconds, or a date, which is compared with the answer's own. */
function retryAfterMs({ headers }: HttpResponse): number | undefined {
  const ms = headers["retry-after-ms"] ?? headers["x-ms-retry-after-ms"] ?? "";
  if (/^\d{1,9}$/.test(ms)) return bounded(Number(ms));
  const after = headers["retry-after"] ?? "";
  if (/^\d{1,9}$/.test(after)) return bounded(Number(after) * SECOND);
  const wait = Date.parse(after) - Date.parse(headers["date"] ?? "");
  return Number.isNaN(wait) ? undefined : bounded(wait);
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, SECOND), LONGEST_WAIT_MS);
}

/** Reads the provider's words; its answer may repeat a key that it refuses. */
function readError(
  { headers, body }: HttpResponse,
  secrets: readonly string[],
): ProviderError | undefined {
  const parsed = readJson(body);
  const error = isRecord(parsed) && isRecord(parsed["error"]) ? parsed["error"] : {};
  const clean = (value: string | undefined) =>
    secrets.reduce((cleaned, secret) => cleaned?.replaceAll(secret, "[secret]"), value);
  const read = (value: unknown) => clean(optionalText.parse(value));
  const code = read(error["code"]) ?? read(headers["x-ms-error-code"]);
  const title = read(error["message"]);
  if (code === undefined && title === undefined) return undefined;
  return present({
    code: code ?? "",
    title: title ?? "",
    details: read(error["target"]),
    traceId: clean(identifier.safeParse(headers["x-ms-request-id"]).data),
  });
}
