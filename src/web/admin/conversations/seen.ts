import { signal } from "@preact/signals";
import type { Conversation } from "../../shared/api-types.ts";

const KEY = "ponte-seen";

/** Conversations that are remembered; the longest not looked at are forgotten. */
const KEPT = 2_000;

/** Until when each conversation was read in this browser, and since when this browser reads at all. */
export interface Seen {
  /** ISO 8601. */
  readonly since: string;
  readonly read: Readonly<Record<string, string>>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Reads what the browser kept; whatever else stands there is forgotten. */
export function parseSeen(text: string | null, now: Date): Seen {
  const begun = { since: now.toISOString(), read: {} };
  try {
    const kept: unknown = JSON.parse(text ?? "null");
    if (!isRecord(kept) || typeof kept["since"] !== "string" || !isRecord(kept["read"]))
      return begun;
    const read = Object.entries(kept["read"]).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return { since: kept["since"], read: Object.fromEntries(read) };
  } catch {
    return begun;
  }
}

/** Notes that a conversation was read up to a time. */
export function withSeen(seen: Seen, id: string, at: string): Seen {
  if ((seen.read[id] ?? "") >= at) return seen;
  const others = Object.entries(seen.read).filter(([known]) => known !== id);
  return { ...seen, read: Object.fromEntries([...others.slice(1 - KEPT), [id, at]]) };
}

/** Whether somebody wrote something that was not looked at here yet. */
export function isUnread(
  { id, last_message: last }: Pick<Conversation, "id" | "last_message">,
  seen: Seen,
): boolean {
  if (last === null || last.direction === "out") return false;
  return last.created_at > (seen.read[id] ?? seen.since);
}

export const seen = signal<Seen>({ since: new Date().toISOString(), read: {} });

const read = () => parseSeen(localStorage.getItem(KEY), new Date());

/** Reads what was seen before, and follows other tabs; returns how to stop. */
export function startSeen(): () => void {
  seen.value = read();
  localStorage.setItem(KEY, JSON.stringify(seen.peek()));
  const follow = (event: StorageEvent) => {
    if (event.key === KEY) seen.value = read();
  };
  addEventListener("storage", follow);
  return () => removeEventListener("storage", follow);
}

/** Notes that a conversation is being looked at. */
export function markSeen(id: string, at: string): void {
  const next = withSeen(seen.peek(), id, at);
  if (next === seen.peek()) return;
  seen.value = next;
  localStorage.setItem(KEY, JSON.stringify(next));
}
