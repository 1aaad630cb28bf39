import type { ConversationSettings } from "../config/settings.ts";
import type { OutboxRow } from "../db/mailbox.ts";

type Speed = Pick<ConversationSettings, "typingMsPerChar" | "typingMinMs" | "typingMaxMs">;

/**
 * Milliseconds to wait before a message of an answer, so that it comes as quickly as a person would type it. The first one
 * comes at once: the person has waited already. What nobody asked for is not paced. `before` is the row that has just been
 * sent; where there is none, the row itself says how long ago one was, so that a crash does not begin the wait again.
 */
export function typingPause(row: OutboxRow, before: OutboxRow | undefined, speed: Speed): number {
  const { typingMsPerChar, typingMinMs, typingMaxMs } = speed;
  if (typingMsPerChar === 0 && typingMinMs === 0) return 0;
  if (row.origin !== "reply" || row.status !== "queued" || row.attempts > 0) return 0;
  const sinceMs = isSameAnswer(row, before) ? 0 : row.sinceMs;
  if (sinceMs === null || sinceMs === undefined) return 0;
  const typedMs = (row.chars ?? 0) * typingMsPerChar;
  return Math.max(0, Math.min(Math.max(typedMs, typingMinMs), typingMaxMs) - sinceMs);
}

function isSameAnswer(row: OutboxRow, before: OutboxRow | undefined): boolean {
  return before !== undefined && row.inReplyTo !== null && row.inReplyTo === before.inReplyTo;
}
