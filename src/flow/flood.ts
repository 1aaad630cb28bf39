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
 * Counts one more under a name, in the window in which it arrived and not in that in which it is answered: what waited while we
 * were away, and is answered all at once, did not come all at once.
 */
export async function countArrival(
  increment: Cache["increment"],
  name: string,
  receivedAt: string,
  windowMs: number,
): Promise<number> {
  const window = Math.floor(Date.parse(receivedAt) / windowMs);
  const { hits } = await increment(`${name}\n${String(window)}`, windowMs + COUNT_LIFE_MS);
  return hits;
}

/**
 * Says what becomes of one more message of a person: "answer" it, "notice" that the limit is reached, or stay "silent" until
 * the window ends.
 */
export async function admit(
  { channel, contactId, receivedAt }: Counted,
  { floodMessages, floodWindowMs }: ConversationSettings,
  increment: Cache["increment"],
): Promise<"answer" | "notice" | "silent"> {
  if (floodMessages === 0) return "answer";
  const name = `flood\n${channel}\n${contactId}`;
  const hits = await countArrival(increment, name, receivedAt, floodWindowMs);
  if (hits <= floodMessages) return "answer";
  return hits === floodMessages + 1 ? "notice" : "silent";
}
