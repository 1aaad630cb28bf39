import type { Cache } from "../cache/cache.ts";
import type { SendLimits } from "../channels/channel.ts";

export type Reserve = Cache["reserve"];

/** Who sends to whom, for pacing. */
export interface Pair {
  readonly channel: string;
  readonly account: string;
  readonly contactId: string;
}

/** Keeps sends within a channel's limits, and stops what a provider told us to stop. */
export interface Pace {
  /** Milliseconds to wait before the next send; 0 means go, and the send is counted. */
  readonly wait: (pair: Pair, limits: SendLimits | undefined) => Promise<number>;
  readonly pause: (pair: Pair, scope: "pair" | "account", ms: number) => void;
  /** Ends the pause of an account whose provider says that it works again. */
  readonly resume: (account: Pick<Pair, "channel" | "account">) => void;
}

/** Share of a second's sends that may leave at once, so that pacing does not turn into bursts. */
const ACCOUNT_BURST_SHARE = 0.2;

function keysOf({ channel, account, contactId }: Pair) {
  return { account: `${channel}\n${account}`, pair: `${channel}\n${account}\n${contactId}` };
}

/**
 * Builds the pacing of this process. Buckets may be shared with other processes through `reserve`; pauses are each process's
 * own, because every process is told by the provider itself.
 */
export function createPace(reserve: Reserve, now: () => number = Date.now): Pace {
  const pauses = new Map<string, number>();
  /** Pairs that took their place and then had to wait for the account: they do not take a second one. */
  const held = new Set<string>();

  const pausedFor = (key: string): number => {
    const until = pauses.get(key);
    if (until === undefined) return 0;
    if (until > now()) return until - now();
    pauses.delete(key);
    return 0;
  };

  return {
    wait: async (pair, limits) => {
      const keys = keysOf(pair);
      const paused = Math.max(pausedFor(keys.account), pausedFor(keys.pair));
      if (paused > 0 || limits === undefined) return paused;
      if (!held.delete(keys.pair)) {
        const byPair = await reserve(`pair\n${keys.pair}`, {
          burst: limits.pair.burst,
          intervalMs: limits.pair.refillMs,
        });
        if (byPair > 0) return byPair;
      }
      const byAccount = await reserve(`account\n${keys.account}`, {
        burst: Math.max(1, Math.floor(limits.accountPerSecond * ACCOUNT_BURST_SHARE)),
        intervalMs: 1_000 / limits.accountPerSecond,
      });
      if (byAccount > 0) held.add(keys.pair);
      return byAccount;
    },
    pause: (pair, scope, ms) => {
      const key = keysOf(pair)[scope];
      pauses.set(key, Math.max(pauses.get(key) ?? 0, now() + ms));
    },
    resume: ({ channel, account }) => {
      pauses.delete(`${channel}\n${account}`);
    },
  };
}
