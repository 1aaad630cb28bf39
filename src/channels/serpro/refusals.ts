import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ProviderError } from "../../messages.ts";
import type { SendFailure } from "../../send-failure.ts";
import type { HttpResponse } from "../../transport.ts";
import { isRecord, optionalText, present } from "../whatsapp/inbound/fields.ts";
import { readProviderError } from "../whatsapp/inbound/provider-errors.ts";
import { classify, errorKeyOf } from "../whatsapp/refusals/errors.ts";
import { hintFor } from "../whatsapp/refusals/hints.ts";
import { fieldsOf, withoutTokens } from "./answers.ts";
import { codeOf, readJson } from "../provider-answer.ts";

/** The pause after a refusal for too many calls that names none. */
const THROTTLE_MS = 5_000;

/** The longest pause taken from an answer. */
const LONGEST_PAUSE_MS = 60 * 60 * 1000;

/** Codes from here on are Meta's; smaller ones at the root of an answer are as likely HTTP's. */
const META_CODES_FROM = 1_000;

/** Characters kept of the provider's words. */
const WORDS_MAX_LENGTH = 500;

/**
 * Names a refusal and says what to do about it. Meta's code decides where the answer carries one, else the HTTP status.
 * An answer that no server behind the gateway gave in time (504) leaves the message uncertain.
 */
export function refusalOf(response: HttpResponse, secrets: readonly string[]): BridgeError {
  const provider = wordsOf(readJson(response.body), secrets);
  if (response.status === 504) {
    return new BridgeError("channel_uncertain", "the gateway got no answer in time", {
      ...(provider !== undefined && { provider }),
    });
  }
  const code = provider?.code ?? "";
  const isKnown = errorKeyOf(code) !== undefined;
  const failure = isKnown ? classify(code) : failureOf(response);
  const detail = isKnown
    ? `${code}: ${hintFor(code, "en")}`
    : `the provider answered ${String(response.status)}${provider === undefined ? " without saying why" : ""}`;
  return new BridgeError(codeOf(failure), detail, {
    failure,
    ...(provider !== undefined && { provider }),
  });
}

/**
 * Says what to do by the HTTP status alone. Source: published integrations: a token lives ten minutes, and the flow has
 * renewed it once by the time a 401 arrives here. A 400 may be about a field's name that nobody has documented.
 */
function failureOf({ status, headers }: HttpResponse): SendFailure {
  const waitMs = pauseOf(headers["retry-after"]);
  if (status === 401) return { class: "alert", scope: "account" };
  if (status === 429) {
    return { class: "throttle", scope: "account", waitMs: waitMs ?? THROTTLE_MS };
  }
  if (status === 408 || status >= 500) return present({ class: "retry", waitMs });
  return status === 400 ? { class: "fix", degrade: true } : { class: "fix" };
}

/** Reads a pause given in seconds; a date would need the clock. */
export function pauseOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined || !/^\d{1,9}$/.test(retryAfter)) return undefined;
  return Math.min(Number(retryAfter) * 1000, LONGEST_PAUSE_MS);
}

const ownSchema = z.object({
  message: optionalText,
  mensagem: optionalText,
  error_description: optionalText,
  error: optionalText,
  code: z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .optional()
    .catch(undefined),
});

/** Reads what an answer says was wrong, in the provider's own shape or in Meta's; undefined where it says nothing. */
function wordsOf(body: unknown, secrets: readonly string[]): ProviderError | undefined {
  const error = metaErrorOf(body) ?? ownErrorOf(body);
  if (error === undefined) return undefined;
  const clean = (words: string) =>
    withoutTokens(words, secrets).slice(0, WORDS_MAX_LENGTH).toWellFormed();
  return present({
    code: error.code,
    title: clean(error.title),
    details: error.details === undefined ? undefined : clean(error.details),
    traceId: error.traceId === undefined ? undefined : clean(error.traceId),
  });
}

/** Whether an answer carries one of Meta's errors, whatever its HTTP status. */
export function isMetaError(body: unknown): boolean {
  const code = metaErrorOf(body)?.code ?? "";
  return errorKeyOf(code) !== undefined;
}

function metaErrorOf(body: unknown): ProviderError | undefined {
  const { error, errors } = fieldsOf(body);
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return readProviderError(isRecord(error) ? error : first);
}

function ownErrorOf(body: unknown): ProviderError | undefined {
  const own = ownSchema.safeParse(body).data;
  const title = own?.message ?? own?.mensagem ?? own?.error_description ?? own?.error;
  const code = (own?.code ?? 0) >= META_CODES_FROM ? String(own?.code) : "";
  return title === undefined && code === "" ? undefined : { code, title: title ?? "" };
}
