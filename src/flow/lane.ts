import type { Cache } from "../cache/cache.ts";
import type { SendLane } from "../channels/channel.ts";

type Account = { readonly channel: string; readonly account: string };

/** Sends of accounts that a provider may ban: one after the other, with pauses, at decent hours. */
export interface Lanes {
  /** Milliseconds to wait before the next send; 0 means go. `isAsked`: the person waits for this answer. */
  readonly wait: (account: Account, lane: SendLane, isAsked: boolean) => Promise<number>;
  /** Takes back what `wait` counted for a send that does not go now after all. */
  readonly leave: (account: Account, lane: SendLane, isAsked: boolean) => Promise<void>;
  /** Runs one send of an account at a time in this process; the pauses hold between processes as well. */
  readonly run: <Result>(account: Account, send: () => Promise<Result>) => Promise<Result>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Builds the lanes of this process over counters that may be shared. */
export function createLanes(
  { reserve, increment, decrement }: Pick<Cache, "reserve" | "increment" | "decrement">,
  { now, random }: { readonly now: () => number; readonly random: () => number } = {
    now: Date.now,
    random: Math.random,
  },
): Lanes {
  const tails = new Map<string, Promise<unknown>>();

  /** Counts one more of the day, or says how long the day is full. */
  const countDay = async (key: string, perDay: number): Promise<number> => {
    const { hits, endsInMs } = await increment(dayOf(key), DAY_MS);
    if (hits <= perDay) return 0;
    await decrement(dayOf(key));
    return Math.max(endsInMs, 1);
  };

  return {
    wait: async ({ channel, account }, lane, isAsked) => {
      const key = `${channel}\n${account}`;
      const closedMs = isAsked ? 0 : msUntilOpen(lane, now());
      if (closedMs > 0) return closedMs;
      const perDay = isAsked ? undefined : lane.perDay;
      const fullMs = perDay === undefined ? 0 : await countDay(key, perDay);
      if (fullMs > 0) return fullMs;
      const [least, most] = lane.gapMs;
      const intervalMs = least + random() * (most - least);
      const gapMs = await reserve(`lane\n${key}`, { burst: 1, intervalMs });
      // A send that has to wait is counted when it goes.
      if (gapMs > 0 && perDay !== undefined) await decrement(dayOf(key));
      return gapMs;
    },
    leave: async ({ channel, account }, lane, isAsked) => {
      if (!isAsked && lane.perDay !== undefined) await decrement(dayOf(`${channel}\n${account}`));
    },
    run: async ({ channel, account }, send) => {
      const key = `${channel}\n${account}`;
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(send, send);
      const tail = mine.catch(() => undefined);
      tails.set(key, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}

function dayOf(key: string): string {
  return `lane-day\n${key}`;
}

/** How long the hours of a lane are closed from now; a change of the clocks meanwhile is noticed at the next look. */
function msUntilOpen({ hours }: SendLane, now: number): number {
  if (hours === undefined) return 0;
  const { from, to, timeZone } = hours;
  const sinceMidnight = msOfDay(now, timeZone);
  const hour = Math.floor(sinceMidnight / HOUR_MS);
  const isOpen = from <= to ? from <= hour && hour < to : hour >= from || hour < to;
  if (isOpen) return 0;
  const untilFrom = from * HOUR_MS - sinceMidnight;
  return untilFrom > 0 ? untilFrom : untilFrom + DAY_MS;
}

function msOfDay(now: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const part = new Map(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const seconds = (part.get("minute") ?? 0) * 60 + (part.get("second") ?? 0);
  return (part.get("hour") ?? 0) * HOUR_MS + seconds * 1_000;
}
