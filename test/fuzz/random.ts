import { createHash } from "node:crypto";

/** Random numbers that a seed repeats on any machine. */
export interface Random {
  /** At least 0 and below 1. */
  readonly next: () => number;
  /** A whole number from 0 up to `limit`, which is not included. */
  readonly below: (limit: number) => number;
  /** One of them; throws where there is none. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly chance: (probability: number) => boolean;
}

/** Source: Mulberry32, a public-domain generator of 32 bits. */
export function createRandom(seed: string): Random {
  let state = createHash("sha256").update(seed).digest().readUInt32LE();
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const [item] = items.slice(below(items.length));
      if (item === undefined) throw new Error("there is nothing to pick from");
      return item;
    },
  };
}
