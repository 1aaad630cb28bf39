import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ProviderError } from "../../messages.ts";
import type { SendFailure } from "../../send-failure.ts";
import type { HttpResponse } from "../../transport.ts";
import { cleanError, codeOf, readJson } from "../provider-answer.ts";
import { anything, optionalText, present } from "../whatsapp/inbound/fields.ts";
import { classify } from "../whatsapp/refusals/errors.ts";

/** Values that the provider may repeat in its words. */
export type SmsSecrets = readonly string[];

/** Longest wait that the provider may ask for, in seconds: a mistyped year must not silence an account. */
const LONGEST_WAIT_S = 3600;

/** The two shapes of an error body. Source: ACS SMS REST reference, errors; RFC 9457. */
const errorBody = z.union([
  z
    .object({ error: z.object({ code: optionalText, message: optionalText }) })
    .transform(({ error }): ProviderError => ({
      code: error.code ?? "",
      title: error.message ?? "",
    })),
  z
    .object({ title: z.string(), errors: anything, traceId: optionalText })
    .transform(({ title, errors, traceId }): ProviderError =>
      present({ code: "", title, details: complaintsIn(errors), traceId }),
    ),
]);

const complaints = z.record(z.string(), z.array(z.string()));

function complaintsIn(errors: unknown): string | undefined {
  const fields = complaints.safeParse(errors).data;
  if (fields === undefined) return undefined;
  const lines = Object.entries(fields).map(([field, texts]) => `${field}: ${texts.join(" ")}`);
  return lines.length === 0 ? undefined : lines.join("; ");
}

/** Explains an answer that refuses the whole call. */
export function refusalOf(response: HttpResponse, secrets: SmsSecrets): BridgeError {
  const provider = errorBody.safeParse(readJson(response.body)).data;
  const waitMs = readRetryAfter(response.headers["retry-after"]);
  const failure = classify("", response.status);
  const patient =
    waitMs !== undefined && (failure.class === "throttle" || failure.class === "retry");
  return refused(provider, patient ? { ...failure, waitMs } : failure, response.status, secrets);
}

/** Makes the error of a refusal; without advice of its own, the status decides. */
export function refused(
  provider: ProviderError | undefined,
  failure: SendFailure | undefined,
  status: number,
  secrets: SmsSecrets,
): BridgeError {
  const advice = failure ?? classify("", status);
  const detail = `the provider refused with ${String(status)}`;
  return new BridgeError(codeOf(advice), detail, {
    failure: advice,
    ...(provider !== undefined && { provider: cleanError(provider, secrets) }),
  });
}

/** Reads seconds; the provider writes no dates there. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header)) return undefined;
  return Math.min(Number(header), LONGEST_WAIT_S) * 1000;
}
