/** Where each row begins, and where the last one ends: one number more than there are rows. Pixels. */
export type Tops = Float64Array;

/** Adds up heights; a row that was never seen counts as `estimate`. */
export function computeTops(
  keys: readonly string[],
  heights: ReadonlyMap<string, number>,
  estimate: number,
): Tops {
  const tops = new Float64Array(keys.length + 1);
  let sum = 0;
  for (const [index, key] of keys.entries()) {
    sum += heights.get(key) ?? estimate;
    tops[index + 1] = sum;
  }
  return tops;
}

/** The last index whose value is not beyond `value`. */
export function findIndex(tops: Tops, value: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What somebody looks at: the row at the upper edge and how far of it lies above, or the end of the list. */
export interface Place {
  readonly key: string | undefined;
  readonly offset: number;
  readonly isAtEnd: boolean;
}

/** Pixels from the end that still count as being there. */
const NEAR_END = 40;

interface Scrolled {
  readonly top: number;
  readonly height: number;
}

/** Reads what is looked at in a box that is scrolled to `top`. */
export function readPlace(keys: readonly string[], tops: Tops, { top, height }: Scrolled): Place {
  const index = findIndex(tops, top);
  const whole = tops.at(-1) ?? 0;
  return {
    key: keys[index],
    offset: top - (tops[index] ?? 0),
    isAtEnd: whole - top - height <= NEAR_END,
  };
}

interface Wanted {
  readonly place: Place;
  readonly keys: readonly string[];
  readonly tops: Tops;
  readonly view: Scrolled;
  /** Which end is stayed at while rows come there. */
  readonly anchor: "start" | "end";
}

/** Where to scroll so that the same is looked at although rows came, went or turned out higher than thought. */
export function topFor({ place, keys, tops, view, anchor }: Wanted): number {
  if (anchor === "end" && place.isAtEnd) return Math.max(0, (tops.at(-1) ?? 0) - view.height);
  if (anchor === "start" && view.top <= 0) return view.top;
  const index = place.key === undefined ? -1 : keys.indexOf(place.key);
  return index === -1 ? view.top : (tops[index] ?? 0) + place.offset;
}
