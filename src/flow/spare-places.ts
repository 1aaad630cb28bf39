/** Places in an account's bucket that were taken and not used, because the person had to wait. */
export interface SparePlaces {
  /** Takes a place, of this moment or of one a little earlier; returns until when it is good, undefined where there is none. */
  readonly take: (key: string) => number | undefined;
  /** Leaves a place to whoever comes next; `goodUntil` where it was a spare one already. */
  readonly leave: (key: string, goodUntil?: number) => void;
}

/** How long a place may be used after it was taken, milliseconds: as long as an account's whole burst lasts. */
const GOOD_MS = 200;

export function createSparePlaces(now: () => number): SparePlaces {
  /** When each place of a key ends, the earliest first. */
  const places = new Map<string, readonly number[]>();
  const goodOnes = (key: string): readonly number[] =>
    (places.get(key) ?? []).filter((until) => until > now());
  const keep = (key: string, untils: readonly number[]): void => {
    if (untils.length > 0) places.set(key, untils);
    else places.delete(key);
  };
  return {
    take: (key) => {
      if (!places.has(key)) return undefined;
      const [first, ...rest] = goodOnes(key);
      keep(key, rest);
      return first;
    },
    leave: (key, goodUntil = now() + GOOD_MS) =>
      keep(
        key,
        [...goodOnes(key), goodUntil].toSorted((a, b) => a - b),
      ),
  };
}
