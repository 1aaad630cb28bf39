import type { Cache } from "../cache/cache.ts";
import type { ConversationSettings } from "../config/settings.ts";

/** Whose messages are counted, and when this one arrived. */
export interface Counted {
  readonly channel: string;
  readonly contactId: string;
  readonly receivedAt: string;
}

/** Turns of one window may take long: their count outlives it by this much, milliseconds. */
const COUNT_LIFE_MS = 600_000;

/**
 * Says what becomes of one more message of a person: "answer" it, "notice" that the limit is reached, or stay "silent" until
 * the window ends. Windows follow the time of arrival, so that what waited while we were away is not taken for a flood.
 */
export async function admit(
  { channel, contactId, receivedAt }: Counted,
  { floodMessages, floodWindowMs }: ConversationSettings,
  increment: Cache["increment"],
): Promise<"answer" | "notice" | "silent"> {
  if (floodMessages === 0) return "answer";
  const window = Math.floor(Date.parse(receivedAt) / floodWindowMs);
  const key = `flood\n${channel}\n${contactId}\n${String(window)}`;
  const { hits } = await increment(key, floodWindowMs + COUNT_LIFE_MS);
  if (hits <= floodMessages) return "answer";
  return hits === floodMessages + 1 ? "notice" : "silent";
}
