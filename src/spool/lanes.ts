import type { Identity } from "../messages.ts";
import type { SpooledWebhook } from "./record.ts";

/** Webhooks that are looked at together at most. */
const GROUP_SIZE = 256;

/** Who wrote, and to which of our accounts. */
export interface Writer {
  readonly channel: string;
  readonly account: string;
  readonly identities: readonly Identity[];
}

/** Webhooks that have to be stored one after another. */
export type Lane<One> = readonly One[];

/** Webhooks of which those of different conversations may be stored at the same time. */
export interface Group<One> {
  readonly items: readonly One[];
  /** Who wrote in each; undefined where its order does not matter. */
  readonly writers: readonly (Writer | undefined)[];
}

interface Item {
  readonly spooled: SpooledWebhook;
}

/**
 * Says in what order webhooks may be stored again: one group after another. Statuses may come in any order; what concerns a person
 * on all accounts, or several people, is a group of its own.
 */
export function planGroups<One extends Item>(items: readonly One[]): readonly Group<One>[] {
  const groups: { items: One[]; writers: (Writer | undefined)[] }[] = [];
  let isClosed = true;
  for (const item of items) {
    const found = writerOf(item.spooled);
    const last = groups.at(-1);
    const writer = found === "several" ? undefined : found;
    if (last === undefined || isClosed || found === "several" || last.items.length >= GROUP_SIZE)
      groups.push({ items: [item], writers: [writer] });
    else {
      last.items.push(item);
      last.writers.push(writer);
    }
    isClosed = found === "several";
  }
  return groups;
}

/** The people of a group, each as often as they wrote. */
export const writersIn = <One>({ writers }: Group<One>): readonly Writer[] =>
  writers.filter((writer) => writer !== undefined);

/**
 * Parts a group into conversations. `contacts` are the contacts of `writersIn`, so that a person keeps one lane under whatever
 * names the provider uses; without them all that has an order is one lane.
 */
export function splitGroup<One>(
  { items, writers }: Group<One>,
  contacts: readonly string[] | undefined,
): readonly Lane<One>[] {
  const lanes = new Map<string, One[]>();
  let place = 0;
  for (const [index, item] of items.entries()) {
    const writer = writers[index];
    let key = `any ${index}`;
    if (writer !== undefined) {
      const { channel, account } = writer;
      key = contacts === undefined ? "all" : JSON.stringify([channel, account, contacts[place]]);
      place += 1;
    }
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [item]);
    else lane.push(item);
  }
  return [...lanes.values()];
}

function writerOf({
  webhook: { channel, result },
}: SpooledWebhook): Writer | "several" | undefined {
  if (result.kind === "quarantine") return undefined;
  const ordered = result.events.filter(({ kind }) => kind !== "status" && kind !== "unsupported");
  const [first, ...others] = ordered;
  if (first === undefined) return undefined;
  if (others.length > 0 || first.kind !== "message") return "several";
  return { channel, account: first.account, identities: first.identities };
}
