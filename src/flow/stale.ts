import type { InboxRow } from "../db/mailbox.ts";

/**
 * No provider delivers later than this: an older time is a wrong clock or a sample out of a manual, and says nothing. Meta
 * repeats webhooks for 7 days. Source: Cloud API guide, webhooks.
 */
const OLDEST_MS = 30 * 86_400_000;

/**
 * Whether a message reached us so late that nobody expects an answer any more. Its age is what the provider's time says
 * against our time of arrival, so that no pause of ours makes a message stale. An operator's replay is always answered.
 */
export function isStale(
  { message, receivedAt, replayed }: Pick<InboxRow, "message" | "receivedAt" | "replayed">,
  staleAfterMs: number,
): boolean {
  const lateMs = Date.parse(receivedAt) - Date.parse(message.sentAt);
  return staleAfterMs > 0 && replayed !== true && lateMs > staleAfterMs && lateMs <= OLDEST_MS;
}
