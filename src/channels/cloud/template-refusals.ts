import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { HttpResponse } from "../../transport.ts";
import { readJson } from "../provider-answer.ts";
import { readRefusal } from "./send.ts";
import { restAfter } from "./usage.ts";

/** What the finer codes say is wrong with a template. Source: Cloud API reference, error codes. */
const WRONG: Readonly<Record<string, string>> = {
  "2388019": "the business account has as many templates as it may have",
  "2388024": "there is a template of this name in this language",
  "2388039": "a template in this state cannot be changed",
  "2388040": "a text is too long",
  "2388047": "the header is not as it must be",
  "2388072": "the body is not as it must be",
  "2388073": "the footer is not as it must be",
  "2388293": "there are too many variables for so short a text",
  "2388299": "the text begins or ends with a variable",
};

const finerSchema = z.object({
  error: z.looseObject({
    error_subcode: z.int().min(2_388_000).max(2_388_999),
    error_user_msg: z.string().optional().catch(undefined),
  }),
});

/** The body of a good answer about templates. Throws what the provider refuses, with the longest rest it asks for. */
export function readGood(response: HttpResponse, secrets: readonly string[]): unknown {
  const body = readJson(response.body);
  const refusal = readRefusal(withFinerCode(body), response.status, secrets);
  if (refusal === undefined) return body;
  const { code, provider, failure } = refusal;
  const wrong = provider === undefined ? undefined : WRONG[provider.code];
  const detail = wrong === undefined ? refusal.detail : `${provider?.code ?? ""}: ${wrong}`;
  const waitMs = Math.max(failure?.waitMs ?? 0, restAfter(response.headers));
  const rest = failure?.class === "throttle" ? { ...failure, waitMs } : failure;
  throw new BridgeError(code, detail, {
    ...(rest !== undefined && { failure: rest }),
    ...(provider !== undefined && { provider }),
  });
}

/** What is wrong with a template stands in a finer code; the code itself says no more than that something is. */
function withFinerCode(body: unknown): unknown {
  const error = finerSchema.safeParse(body).data?.error;
  if (error === undefined) return body;
  const { error_subcode: code, error_user_msg: details } = error;
  return { error: { ...error, code, ...(details !== undefined && { error_data: { details } }) } };
}
