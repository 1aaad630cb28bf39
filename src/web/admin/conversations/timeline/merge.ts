import type { Message } from "../../../shared/api-types.ts";

type Placed = Pick<Message, "id" | "created_at">;

/** The order of a conversation: by time, and by id where two have the same. */
function compare(one: Placed, other: Placed): number {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

/**
 * Puts what was read into what is known, oldest first; what is in both is as it was read now. Quick where the new rows
 * lie before or after all others, as pages do.
 */
export function mergeMessages<Row extends Placed>(
  known: readonly Row[],
  read: readonly Row[],
): readonly Row[] {
  const fresh = read.toSorted(compare);
  const [first, last] = [fresh[0], fresh.at(-1)];
  const [oldest, newest] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return known;
  if (oldest === undefined || newest === undefined) return fresh;
  if (compare(last, oldest) < 0) return [...fresh, ...known];
  if (compare(first, newest) > 0) return [...known, ...fresh];
  // Only the part of the known rows that the page reaches into has to be sorted.
  const from = known.findLastIndex((row) => compare(row, first) < 0) + 1;
  const ids = new Set(fresh.map(({ id }) => id));
  const rest = known.slice(from).filter(({ id }) => !ids.has(id));
  return [...known.slice(0, from), ...[...rest, ...fresh].toSorted(compare)];
}

/** Whether a page shares a row with what is known, so that nothing is missing between the two. */
export function meets(known: readonly Placed[], read: readonly Placed[]): boolean {
  const ids = new Set(read.map(({ id }) => id));
  return known.length === 0 || known.some(({ id }) => ids.has(id));
}

/** One row of the timeline: a day's heading or a message. */
export type Item =
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "message"; readonly key: string; readonly message: Message };

/** The day of a time where the reader is, as `2026-01-31`. */
export function dayOf(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When a day begins where the reader is, ISO 8601; undefined for what is no day. */
export function startOfDay(day: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const date = new Date(`${day}T00:00`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/**
 * The order in which messages are shown: those of one answer have one time, but left one after the other; those that are
 * still to leave come last.
 */
function compareShown(one: Message, other: Message): number {
  if (one.created_at !== other.created_at || one.direction !== other.direction)
    return compare(one, other);
  const [sent, otherSent] = [one.sent_at ?? "~", other.sent_at ?? "~"];
  return sent === otherSent ? compare(one, other) : sent < otherSent ? -1 : 1;
}

/** What was made of each message before: a long conversation is gone through with every page. */
const made = new WeakMap<Message, { readonly day: string; readonly item: Item }>();

function make(message: Message) {
  const known = made.get(message);
  if (known !== undefined) return known;
  const item = { kind: "message", key: message.id, message } as const;
  const fresh = { day: dayOf(message.created_at), item };
  made.set(message, fresh);
  return fresh;
}

function isInOrder(messages: readonly Message[]): boolean {
  return messages.every((message, index) => {
    const before = messages[index - 1];
    return before === undefined || compareShown(before, message) <= 0;
  });
}

/** Sets a heading before the first message of every day. */
export function withDays(messages: readonly Message[]): readonly Item[] {
  const items: Item[] = [];
  let last = "";
  for (const message of isInOrder(messages) ? messages : messages.toSorted(compareShown)) {
    const { day, item } = make(message);
    if (day !== last) items.push({ kind: "day", key: `day:${day}`, at: message.created_at });
    last = day;
    items.push(item);
  }
  return items;
}
