import type { Channel, SendReceipt } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { SendFailure } from "../messages.ts";
import { type Http, HttpFailure, type HttpRequest } from "../transport.ts";

export interface SendTools {
  readonly http: Http;
  readonly now: () => Date;
  readonly timeoutMs: number;
}

/** What one call to the provider came to. */
export type SendResult =
  | { readonly outcome: "sent"; readonly receipt: SendReceipt }
  | { readonly outcome: "uncertain"; readonly error: BridgeError }
  | { readonly outcome: "refused"; readonly error: BridgeError; readonly failure: SendFailure };

/** What an error without advice of its own means. */
const DEFAULT_FAILURE: SendFailure = { class: "retry" };

/** What a refusal stops beside its own message; an alert is about the account even where its table does not say so. */
export function pausedScope(failure: SendFailure): SendFailure["scope"] {
  return failure.scope ?? (failure.class === "alert" ? "account" : undefined);
}

/** Sends one payload, once. A call whose request may have arrived but whose answer did not is uncertain, never failed. */
export async function sendOnce(
  channel: Channel,
  payload: unknown,
  message: { readonly id: string; readonly account: string },
  tools: SendTools,
): Promise<SendResult> {
  let isOnItsWay = false;
  try {
    const request = channel.prepare(payload, message);
    const authorized = await authorize(channel, request, tools.http, tools.now());
    isOnItsWay = true;
    const response = await tools.http(authorized, { timeoutMs: tools.timeoutMs });
    return { outcome: "sent", receipt: channel.interpret(response) };
  } catch (thrown) {
    return explain(thrown, isOnItsWay);
  }
}

/** Adds a channel's token or dated signature to a call it has described. */
export async function authorize(
  channel: Channel,
  request: HttpRequest,
  http: Http,
  now: Date,
): Promise<HttpRequest> {
  const extra = (await channel.authorize?.(request, http, now)) ?? {};
  return { ...request, headers: { ...request.headers, ...extra } };
}

/** A token that could not be fetched says nothing about the message: it never left. */
function explain(thrown: unknown, isOnItsWay: boolean): SendResult {
  if (thrown instanceof HttpFailure) {
    const detail = `no answer from the provider: ${thrown.reason}`;
    if (isOnItsWay && thrown.delivered === "unknown")
      return { outcome: "uncertain", error: new BridgeError("channel_uncertain", detail) };
    const error = new BridgeError("channel_unavailable", detail);
    return { outcome: "refused", error, failure: DEFAULT_FAILURE };
  }
  if (!(thrown instanceof BridgeError)) throw thrown;
  if (thrown.code === "channel_uncertain") return { outcome: "uncertain", error: thrown };
  const failure = thrown.failure ?? { class: thrown.retry ? "retry" : "fix" };
  return { outcome: "refused", error: thrown, failure };
}
