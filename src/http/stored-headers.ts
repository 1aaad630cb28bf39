import type { WebhookRequest } from "../channels/channel.ts";

/** What is kept of a webhook's headers: what explains it, and nothing that opens a door. */
const KEPT = [
  "aeg-delivery-count",
  "aeg-event-type",
  "content-type",
  "user-agent",
  "x-hub-signature-256",
] as const;

/** Characters kept of one header. */
const MAX_LENGTH = 512;

/** Picks the headers that are stored with a webhook. */
export function storedHeaders(headers: WebhookRequest["headers"]): Record<string, string> {
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.slice(0, MAX_LENGTH)]];
    }),
  );
}
