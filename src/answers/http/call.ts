import { BridgeError } from "../../errors.ts";
import { storableData } from "../../storable.ts";
import { HttpFailure, type Http, type HttpRequest, type HttpResponse } from "../../transport.ts";

/** Bytes of one answer that are read. */
export const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/** Statuses by which a bot says that it does not know us; no question is answered until a person has put that right. */
const DENIED = new Set([401, 403]);

/** Statuses that may pass: too many calls, or a bot that is down or has failed. */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Posts to a bot; gives any complete answer. Throws `answer_*`, or the reason of an abort as it is. */
export async function post(
  http: Http,
  request: HttpRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const options = { timeoutMs, signal, maxBytes: MAX_ANSWER_BYTES };
  return http(request, options).catch((thrown: unknown) => {
    signal.throwIfAborted();
    throw nameFailure(thrown);
  });
}

/** A call that was broken off may be repeated: it carries the same event id. */
function nameFailure(thrown: unknown): unknown {
  if (!(thrown instanceof HttpFailure)) return thrown;
  const options = { cause: thrown };
  switch (thrown.reason) {
    case "timeout":
      return thrown.delivered === "no"
        ? new BridgeError("answer_unreachable", "the bot cannot be reached", options)
        : new BridgeError("answer_timeout", "the bot took too long to answer", options);
    case "too_large":
      return new BridgeError("answer_unreadable", "the bot's answer is too long", options);
    case "refused":
      return new BridgeError("answer_unreachable", "the bot cannot be reached", options);
    case "reset":
    case "aborted":
      return new BridgeError("answer_unreachable", "the bot broke off the call", options);
  }
}

/** Gives what the bot said, safe to keep, and undefined where it said nothing. Throws `answer_*`. */
export function readAnswer({ status, body }: HttpResponse): unknown {
  if (status > 299) throw refusal(status);
  if (body.trim() === "") return undefined;
  try {
    return storableData(JSON.parse(body));
  } catch {
    const what = body.trimStart().startsWith("<") ? "a web page" : "not JSON";
    // The parser's own words quote the answer.
    throw new BridgeError("answer_unreadable", `the bot's answer is ${what}`);
  }
}

function refusal(status: number): BridgeError {
  const detail = `the bot answered with status ${status}`;
  if (DENIED.has(status)) {
    const failure = { class: "alert", scope: "account" } as const;
    return new BridgeError("answer_refused", detail, { failure });
  }
  return new BridgeError(mayPass(status) ? "answer_unreachable" : "answer_refused", detail);
}
