import type { Buckets } from "../cache/cache.ts";
import type { SendLimits } from "../channels/channel.ts";
import { createSparePlaces } from "./spare-places.ts";

/** Who sends to whom, for pacing. */
export interface Pair {
  readonly channel: string;
  readonly account: string;
  readonly contactId: string;
}

/** Keeps sends within a channel's limits, and stops what a provider told us to stop. */
export interface Pace {
  /**
   * Milliseconds to wait before the next send; 0 means go, and the send is counted. Bulk leaves room for everybody else's.
   */
  readonly wait: (pair: Pair, limits: SendLimits | undefined, isBulk?: boolean) => Promise<number>;
  readonly pause: (pair: Pair, scope: "pair" | "account", ms: number) => void;
  /** Ends the pause of an account whose provider says that it works again. */
  readonly resume: (account: Pick<Pair, "channel" | "account">) => void;
}

/** Share of a second's sends that may leave at once, so that pacing does not turn into bursts. */
const ACCOUNT_BURST_SHARE = 0.2;

/** Share of that burst which bulk may use: the rest is there for replies at any moment. */
const BULK_BURST_SHARE = 0.5;

/** Places kept for pairs that wait for their account; beyond them the oldest take a second place. */
const MAX_HELD = 10_000;

/** The bucket from which all sends of an account take; bulk sees a smaller one. */
function accountBucket({ accountPerSecond }: SendLimits, isBulk: boolean) {
  const burst = accountPerSecond * ACCOUNT_BURST_SHARE * (isBulk ? BULK_BURST_SHARE : 1);
  return { burst: Math.max(1, Math.floor(burst)), intervalMs: 1_000 / accountPerSecond };
}

function keysOf({ channel, account, contactId }: Pair) {
  return {
    account: `account\n${channel}\n${account}`,
    pair: `pair\n${channel}\n${account}\n${contactId}`,
  };
}

/**
 * Builds the pacing of this process over buckets that it may share with others. A pause closes the shared bucket too, because
 * a provider tells only the process that asked; this process keeps it itself as well, for when nothing can be shared.
 */
export function createPace(
  { reserve, block, unblock }: Pick<Buckets, "reserve" | "block" | "unblock">,
  now: () => number = Date.now,
): Pace {
  const pauses = new Map<string, number>();
  /** Pairs that took their place and then had to wait for the account: they do not take a second one. */
  const held = new Set<string>();
  /** The other way round: places of accounts whose person had to wait. */
  const spare = createSparePlaces(now);

  const pausedFor = (key: string): number => {
    const until = pauses.get(key);
    if (until === undefined) return 0;
    if (until > now()) return until - now();
    pauses.delete(key);
    return 0;
  };

  /** A conversation that waits may be given to another process, which leaves its place here for nobody. */
  const hold = (key: string): void => {
    const [oldest] = held;
    if (oldest !== undefined && held.size >= MAX_HELD) held.delete(oldest);
    held.add(key);
  };

  return {
    wait: async (pair, limits, isBulk = false) => {
      const keys = keysOf(pair);
      const paused = Math.max(pausedFor(keys.account), pausedFor(keys.pair));
      if (paused > 0 || limits === undefined) return paused;
      // Bulk may not use what a reply took: that may be of the part of the burst which bulk leaves to replies.
      const spareKey = `${keys.account}\n${isBulk ? "bulk" : "reply"}`;
      const spareUntil = spare.take(spareKey);
      const pairBucket = { burst: limits.pair.burst, intervalMs: limits.pair.refillMs };
      // Both are asked for at once, which buckets at a server answer in one go.
      const [byPair, byAccount] = await Promise.all([
        held.delete(keys.pair) ? 0 : reserve(keys.pair, pairBucket),
        spareUntil === undefined ? reserve(keys.account, accountBucket(limits, isBulk)) : 0,
      ]);
      if (byPair <= 0 && byAccount > 0) hold(keys.pair);
      if (byPair > 0 && byAccount <= 0) spare.leave(spareKey, spareUntil);
      return Math.max(byPair, byAccount);
    },
    pause: (pair, scope, ms) => {
      const key = keysOf(pair)[scope];
      pauses.set(key, Math.max(pauses.get(key) ?? 0, now() + ms));
      // A pause that cannot be shared still holds here; the others are told by the provider itself.
      block(key, ms).catch(() => undefined);
    },
    resume: ({ channel, account }) => {
      const { account: key } = keysOf({ channel, account, contactId: "" });
      pauses.delete(key);
      unblock(key).catch(() => undefined);
    },
  };
}
