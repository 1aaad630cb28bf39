import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { ProviderError } from "../../messages.ts";
import type { SendFailure } from "../../send-failure.ts";
import { storableText } from "../../storable.ts";
import type { HttpResponse } from "../../transport.ts";
import { anything, isRecord, optionalText, present } from "../whatsapp/inbound/fields.ts";
import { classify } from "../whatsapp/refusals/errors.ts";
import { hintFor } from "./hints.ts";
import { codeOf, readJson, withoutSecrets } from "../provider-answer.ts";
import { secretsOf, type EvolutionSettings } from "./settings.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Characters kept of the provider's words. */
const LONGEST_TITLE = 300;

/** Levels of lists within lists in which the server reports what is wrong. */
const MAX_DEPTH = 9;

/** A refusal the server puts in words, and what it means. `told` is the word by which hints know it. */
interface Rule {
  readonly pattern: RegExp;
  readonly told: string;
  readonly failure: SendFailure;
}

/**
 * What the server's words mean. It answers most with 400, whatever the reason, so the words decide before the status.
 * Source: Evolution API, exceptions and the services of its channels.
 */
const RULES: readonly Rule[] = [
  {
    pattern: /"exists":false/,
    told: "not_on_whatsapp",
    failure: { class: "drop" },
  },
  {
    pattern: /method not available|cannot post \//i,
    told: "not_available",
    failure: { class: "fix", degrade: true },
  },
  {
    pattern: /connection closed|connection lost/i,
    told: "not_connected",
    failure: { class: "alert", scope: "account", waitMs: 30 * SECOND },
  },
  {
    pattern: /instance does not exist/i,
    told: "no_instance",
    failure: { class: "alert", scope: "account", waitMs: MINUTE },
  },
  {
    pattern: /owned media must be a url/i,
    told: "bad_media",
    failure: { class: "fix" },
  },
  // Failures inside the server, which it calls bad requests.
  {
    pattern: /\b(?:Type|Reference|Range|Axios)?Error:|\[object Object\]|cannot read propert/i,
    told: "server_failure",
    failure: { class: "retry", maxAttempts: 3 },
  },
];

/** From version 2.4 on, every call is refused until the server is activated. */
const UNLICENSED: SendFailure = { class: "alert", scope: "account", waitMs: 30 * MINUTE };

const refusalSchema = z.object({
  code: anything,
  error: anything,
  message: anything,
  response: z.object({ message: anything }).optional().catch(undefined),
  error_data: anything,
  fbtrace_id: optionalText,
});

/**
 * Says what a refused call means. The provider's words go to `provider`, without our secrets; what we write ourselves is a
 * word of ours, the code and what to do.
 */
export function refusalOf(response: HttpResponse, settings: EvolutionSettings): BridgeError {
  const refusal = refusalSchema.safeParse(readJson(response.body)).data;
  const words = flatten(refusal?.response?.message ?? refusal?.message).join("; ");
  if (refusal?.code === "LICENSE_REQUIRED") {
    return refused("LICENSE_REQUIRED", UNLICENSED, toError("LICENSE_REQUIRED", words, settings));
  }
  if (typeof refusal?.code === "number") return metaRefusal(refusal.code, refusal, settings);
  const rule = RULES.find(({ pattern }) => pattern.test(words));
  const provider = toError("", words, settings);
  if (rule !== undefined) return refused(rule.told, rule.failure, provider);
  return refused(`http_${String(response.status)}`, byStatus(response.status), provider);
}

/** On Meta's API the server hands on Meta's refusal, with the status of a success. */
function metaRefusal(
  code: number,
  { message, error_data: data, fbtrace_id: traceId }: z.output<typeof refusalSchema>,
  settings: EvolutionSettings,
): BridgeError {
  const details = isRecord(data) ? optionalText.parse(data["details"]) : undefined;
  const error = toError(String(code), flatten(message).join("; "), settings);
  const clean = cleaner(settings);
  return refused(
    String(code),
    classify(String(code)),
    present({
      ...error,
      details: details === undefined ? undefined : clean(details),
      traceId: traceId === undefined ? undefined : clean(traceId),
    }),
  );
}

function byStatus(status: number): SendFailure {
  if (status === 401 || status === 403) return { class: "alert", scope: "account" };
  if (status === 404) return { class: "alert", scope: "account", waitMs: MINUTE };
  return classify("", status);
}

function refused(told: string, failure: SendFailure, provider: ProviderError): BridgeError {
  return new BridgeError(codeOf(failure), `${told}: ${hintFor(told, "en")}`, { provider, failure });
}

function toError(code: string, words: string, settings: EvolutionSettings): ProviderError {
  return { code, title: cleaner(settings)(words).slice(0, LONGEST_TITLE) };
}

/** The server repeats what it was called with; on Meta's API its errors name the access token. */
function cleaner(settings: EvolutionSettings): (words: string) => string {
  return (words) => withoutSecrets(storableText(words), secretsOf(settings));
}

/** The server's reasons: a text, an object, or lists of them within lists. */
function flatten(raw: unknown, depth: number = MAX_DEPTH): string[] {
  if (raw === undefined || raw === null) return [];
  if (typeof raw === "string") return [raw];
  if (!Array.isArray(raw)) return [shallow(raw)];
  if (depth === 0) return [];
  return raw.slice(0, 20).flatMap((item: unknown) => flatten(item, depth - 1));
}

/** Names plain fields alone, so that no depth matters. */
function shallow(raw: unknown): string {
  if (!isRecord(raw)) return "";
  const entries = Object.entries(raw).filter(([, value]) => typeof value !== "object");
  return JSON.stringify(Object.fromEntries(entries));
}
