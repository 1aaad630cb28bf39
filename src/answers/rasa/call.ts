import { BridgeError } from "../../errors.ts";
import { HttpFailure, type Http, type HttpRequest } from "../../transport.ts";
import type { AnswerContext } from "../backend.ts";
import type { RasaSettings } from "./settings.ts";

/** Bytes of one answer that are read; Rasa itself sets no limit. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Statuses of a proxy whose Rasa is down or restarting: the turn did not run, so trying again is safe. */
const UNREACHABLE_STATUSES = new Set([502, 503, 504]);

/** Asks Rasa and gives the body of its whole answer. Throws `answer_*`, or the reason of an abort as it is. */
export async function call(
  http: Http,
  request: HttpRequest,
  settings: RasaSettings,
  { signal }: AnswerContext,
): Promise<string> {
  const options = { timeoutMs: settings.timeout_ms, signal, maxBytes: MAX_ANSWER_BYTES };
  const response = await http(request, options).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw nameFailure(thrown);
  });
  checkStatus(response.status);
  return response.body;
}

/**
 * Gives a failed call its name; anything but a failed call comes back as it is. Only a request that never left may be
 * repeated: once it may have arrived, a second one would run the turn twice.
 */
export function nameFailure(thrown: unknown): unknown {
  if (!(thrown instanceof HttpFailure)) return thrown;
  const options = { cause: thrown };
  if (thrown.delivered === "no") {
    return new BridgeError("answer_unreachable", "Rasa cannot be reached", options);
  }
  switch (thrown.reason) {
    case "timeout":
      return new BridgeError("answer_timeout", "Rasa took too long to answer", options);
    case "too_large":
      return new BridgeError("answer_unreadable", "Rasa's answer is too long", options);
    case "refused":
    case "reset":
    case "aborted":
      return new BridgeError("answer_refused", "Rasa broke off the call", options);
  }
}

/** Throws `answer_unreachable` or `answer_refused` unless Rasa took the message. */
export function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  const code = UNREACHABLE_STATUSES.has(status) ? "answer_unreachable" : "answer_refused";
  const isDenied = status === 401 || status === 403;
  const failure = { class: "alert", scope: "account" } as const;
  const detail = `Rasa answered with status ${status}`;
  throw new BridgeError(code, detail, isDenied ? { failure } : {});
}

/** Parses an answer or a line of one; throws `answer_unreadable` for anything but JSON. */
export function readJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch (cause) {
    throw new BridgeError("answer_unreadable", "Rasa's answer is not JSON", { cause });
  }
}
