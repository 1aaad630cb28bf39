import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../channels/channel.ts";
import type { Accept, AcceptedWebhook } from "../flow/accept.ts";
import { type Group, type Lane, planGroups, splitGroup, type Writer, writersIn } from "./lanes.ts";
import { isAway } from "./line.ts";
import type { SpooledWebhook } from "./record.ts";

/** Where webhooks of the spool go. */
export interface ReplayTarget {
  readonly accept: Accept;
  /** The contacts of people, in their order. Throws `store_*`. */
  readonly contactsOf: (people: readonly Writer[]) => Promise<readonly string[]>;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Pick<Channel, "reread"> }>;
}

/** A webhook of a segment on its way into the database. */
export interface Item {
  readonly spooled: SpooledWebhook;
  /** Tries that failed although the database was there. */
  failures: number;
}

export interface ReplayOptions {
  readonly target: () => ReplayTarget;
  /** This program's version: events that another one read are read anew. */
  readonly version: string;
  readonly pauses: Pauses;
  readonly signal: AbortSignal;
  /** The webhook is in the database. */
  readonly onStored: (item: Item) => void;
  /** The database is away. */
  readonly onAway: () => void;
  /** The webhook can be stored in no form; it has to be put aside. Where that fails, it is tried again. */
  readonly putAside: (item: Item) => Promise<void>;
  /** A webhook could not be stored although the database is there. */
  readonly onFailure: (item: Item, error: unknown) => void;
}

/** Pauses between two tries while the database is away, milliseconds: each is twice as long as the one before. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const PAUSES: Pauses = { firstMs: 200, longestMs: 5_000 };

/** Failures after which a webhook is stored without what it means, and after which it is put aside. */
const UNREAD_AFTER = 3;
const ASIDE_AFTER = 6;

/** Header under which a stored webhook says when it arrived. */
const ARRIVED_HEADER = "x-ponte-spooled-at";

/** Stores webhooks in their order. Resolves with whether all are stored or put aside; not all are once the signal is given. */
export async function replayAll(items: readonly Item[], options: ReplayOptions): Promise<boolean> {
  for (const group of planGroups(items)) {
    const lanes = await findLanes(group, options);
    if (!(await replayLanes(lanes, options))) return false;
  }
  return true;
}

/** Asks the database who is who, for as long as it is away; where it cannot say, nobody overtakes anybody. */
async function findLanes(
  group: Group<Item>,
  { target, pauses, signal, onAway }: ReplayOptions,
): Promise<readonly Lane<Item>[]> {
  const people = writersIn(group);
  for (let ms = pauses.firstMs; people.length > 1 && !signal.aborted; ms = longer(ms, pauses)) {
    try {
      return splitGroup(group, await target().contactsOf(people));
    } catch (error) {
      if (!isAway(error)) break;
      onAway();
      await pause(ms, signal);
    }
  }
  return splitGroup(group, undefined);
}

const longer = (ms: number, { longestMs }: Pauses): number => Math.min(ms * 2, longestMs);

async function replayLanes(lanes: readonly Lane<Item>[], options: ReplayOptions): Promise<boolean> {
  let rest = lanes;
  const { firstMs } = options.pauses;
  let pauseMs = firstMs;
  while (!options.signal.aborted) {
    const left = await Promise.all(rest.map((lane) => replayLane(lane, options)));
    const isProgress = left.some((lane, index) => lane.length < (rest[index]?.length ?? 0));
    rest = left.filter((lane) => lane.length > 0);
    if (rest.length === 0) return true;
    await pause(pauseMs, options.signal);
    pauseMs = isProgress ? firstMs : longer(pauseMs, options.pauses);
  }
  return false;
}

/** Stores a lane as far as it gets; returns what is left of it. */
async function replayLane(lane: Lane<Item>, options: ReplayOptions): Promise<Lane<Item>> {
  for (const [place, item] of lane.entries()) {
    if (options.signal.aborted) return lane.slice(place);
    try {
      if (item.failures >= ASIDE_AFTER) await options.putAside(item);
      else {
        await options.target().accept(describe(item, options));
        options.onStored(item);
      }
    } catch (error) {
      if (isAway(error)) options.onAway();
      else {
        item.failures += 1;
        options.onFailure(item, error);
      }
      return lane.slice(place);
    }
  }
  return [];
}

function describe({ spooled, failures }: Item, options: ReplayOptions): AcceptedWebhook {
  const { webhook, at } = spooled;
  const headers = { ...webhook.headers, [ARRIVED_HEADER]: at };
  return { ...webhook, headers, result: resultOf(spooled, failures, options) };
}

/** What the webhook means: as it was understood when it came, as far as this program is the one that did. */
function resultOf(
  { webhook, version }: SpooledWebhook,
  failures: number,
  options: ReplayOptions,
): AcceptedWebhook["result"] {
  if (failures >= UNREAD_AFTER)
    return { kind: "quarantine", reason: "it could not be stored as it was understood" };
  const channel = options.target().channels.get(webhook.channel)?.channel;
  if (channel === undefined)
    return { kind: "quarantine", reason: "its channel is not configured any more" };
  if (version === options.version) return webhook.result;
  const result = channel.reread(webhook.rawBody);
  return result.kind === "events" ? { kind: result.kind, events: result.events } : result;
}

/** Waits for a while, or for the signal. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
