import type { Channel, SendReceipt } from "../channels/channel.ts";
import { BridgeError } from "../errors.ts";
import type { OutboundReference } from "../channels/channel.ts";
import type { SendFailure } from "../send-failure.ts";
import { HttpFailure } from "../transport.ts";
import { type CallTools, callProvider } from "./call.ts";

export interface SendTools extends CallTools {
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
  message: OutboundReference,
  tools: SendTools,
): Promise<SendResult> {
  try {
    const request = channel.prepare(payload, message);
    const response = await callProvider(channel, request, tools, { timeoutMs: tools.timeoutMs });
    return { outcome: "sent", receipt: channel.interpret(response) };
  } catch (thrown) {
    return explain(thrown);
  }
}

function explain(thrown: unknown): SendResult {
  if (thrown instanceof HttpFailure) {
    const detail = `no answer from the provider: ${thrown.reason}`;
    if (thrown.delivered === "unknown")
      return { outcome: "uncertain", error: new BridgeError("channel_uncertain", detail) };
    const error = new BridgeError("channel_unavailable", detail);
    return { outcome: "refused", error, failure: DEFAULT_FAILURE };
  }
  if (!(thrown instanceof BridgeError)) throw thrown;
  if (thrown.code === "channel_uncertain") return { outcome: "uncertain", error: thrown };
  const failure = thrown.failure ?? { class: thrown.retry ? "retry" : "fix" };
  return { outcome: "refused", error: thrown, failure };
}
