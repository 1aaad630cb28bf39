import type { WebhookRequest, WebhookResult } from "../../../src/channels/channel.ts";
import { createReceive } from "../../../src/channels/evolution/receive.ts";
import type { ChannelEvent } from "../../../src/messages.ts";
import { SECRET, settingsWith } from "./sample.ts";

/** A webhook call with our secret in a header. */
export function callOf(body: unknown, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const headers = { "x-webhook-secret": SECRET };
  return { method: "POST", suffix: "", headers, query: {}, rawBody, ...more };
}

/** Reads a genuine call with some settings changed. */
export function receive(
  body: unknown,
  changes: Readonly<Record<string, unknown>> = {},
  more: Partial<WebhookRequest> = {},
): WebhookResult {
  return createReceive(settingsWith(changes))(callOf(body, more));
}

/** The events of a genuine call. */
export function eventsOf(
  body: unknown,
  changes: Readonly<Record<string, unknown>> = {},
  more: Partial<WebhookRequest> = {},
): readonly ChannelEvent[] {
  const result = receive(body, changes, more);
  if (result.kind !== "events") throw new Error(`expected events, got ${result.kind}`);
  return result.events;
}
