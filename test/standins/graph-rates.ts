import { refuse, type Refusal } from "./graph-rules.ts";

export interface GraphRates {
  /** Messages one person may get at once, and one more each `refillMs` milliseconds. */
  readonly pair?: { readonly burst: number; readonly refillMs: number };
  /** Messages per second and number. */
  readonly perSecond?: number;
}

/** Refuses sends that come too fast; undefined lets a send pass. */
export type RateCheck = (account: string, to: string) => Refusal | undefined;

export function createRates(rates: GraphRates, now: () => number): RateCheck {
  const { pair, perSecond } = rates;
  const overPair = pair === undefined ? undefined : bucket(pair.burst, pair.refillMs, now);
  const overNumber = perSecond === undefined ? undefined : bucket(perSecond, 1000 / perSecond, now);
  return (account, to) => {
    if (overNumber?.(account) === true) {
      return refuse(400, 130429, "(#130429) Rate limit hit");
    }
    if (overPair?.(`${account} ${to}`) === true) {
      return refuse(400, 131056, "(#131056) Pair rate limit hit");
    }
    return undefined;
  };
}

/** A bucket of tokens per key; true when the key's bucket is empty. */
function bucket(size: number, refillMs: number, now: () => number): (key: string) => boolean {
  const levels = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (key) => {
    const at = now();
    const level = levels.get(key) ?? { tokens: size, at };
    const tokens = Math.min(size, level.tokens + (at - level.at) / refillMs);
    if (tokens < 1) return true;
    levels.set(key, { tokens: tokens - 1, at });
    return false;
  };
}
