import type { Message } from "../../shared/api-types.ts";

/**
 * Puts a page of messages, newest first, over those already read: what is in both is as the page has it. Answers oldest first,
 * in the order in which they were said; the messages of one turn are made at once and sent one after the other.
 */
export function mergeMessages(
  known: readonly Message[],
  page: readonly Message[],
): readonly Message[] {
  const byId = new Map([...known, ...page].map((message) => [message.id, message]));
  return [...byId.values()].toSorted(
    (one, other) =>
      compare(one.created_at, other.created_at) ||
      compare(one.sending_at ?? LATEST, other.sending_at ?? LATEST) ||
      compare(one.id, other.id),
  );
}

/** Beyond every time. */
const LATEST = "~";

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
