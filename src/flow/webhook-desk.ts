import type { Channel } from "../channels/channel.ts";
import type {
  Finding,
  Inspection,
  RegisteredWebhook,
  WebhookDesk,
} from "../channels/webhook-registration.ts";
import { BridgeError } from "../errors.ts";
import { HttpFailure, type HttpRequest, type HttpResponse } from "../transport.ts";
import { type CallTools, callProvider } from "./call.ts";

const TIMEOUT_MS = 10_000;

/** Makes a call about webhooks; one that got no answer is a `channel_unavailable` like any other refusal. */
async function ask(
  channel: Channel,
  request: HttpRequest,
  tools: CallTools,
): Promise<HttpResponse> {
  try {
    return await callProvider(channel, request, tools, { timeoutMs: TIMEOUT_MS });
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    throw new BridgeError("channel_unavailable", `no answer: ${thrown.reason}`, { cause: thrown });
  }
}

/** Reads what a desk has registered. Throws `channel_*`. */
export async function readDesk(
  channel: Channel,
  desk: WebhookDesk,
  tools: CallTools,
): Promise<readonly RegisteredWebhook[]> {
  return desk.read(await ask(channel, desk.list, tools));
}

/** Makes the call that registers or removes, and checks that it was done. Throws `channel_*`. */
export async function changeDesk(
  channel: Channel,
  desk: WebhookDesk,
  request: HttpRequest,
  tools: CallTools,
): Promise<void> {
  desk.check(await ask(channel, request, tools));
}

/** Makes the call of an inspection. Throws `channel_*`. */
export async function inspect(
  channel: Channel,
  { request, read }: Inspection,
  tools: CallTools,
): Promise<Finding> {
  return read(await ask(channel, request, tools), tools.now());
}
