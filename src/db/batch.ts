import { BridgeError, toError } from "../errors.ts";
import { isDataError } from "./store-errors.ts";

export interface BatchOptions<Item> {
  /** Flushes that may run at once; what arrives meanwhile is the next batch, so nobody waits for a batch to fill. */
  readonly concurrency: number;
  /**
   * How many items must wait for a flush to begin beside one that runs: 1 where absent. A statement has its price whatever is in
   * it, so that two small ones cost nearly twice what one costs.
   */
  readonly besideFrom?: number;
  /** Items in one flush at most. */
  readonly maxItems: number;
  /** Waiting weight beyond which new items are refused with `store_overloaded`. */
  readonly maxWaiting: number;
  /** Weight of an item, such as the bytes of its body. */
  readonly weigh: (item: Item) => number;
  /**
   * What must stay in order, such as the people a webhook is about. An item waits while one that came before it and shares
   * a key is being written: two flushes at once may commit in any order. Without it items have no order among them.
   */
  readonly keysOf?: (item: Item) => readonly string[];
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly keys: readonly string[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds after which a flush no longer keeps few items waiting: its connection may have died. */
const PATIENCE_MS = 50;

/**
 * Gathers single items into batches by natural batching: a flush starts, with all that this turn of the event loop brought,
 * while fewer than `concurrency` run. `run` returns one result per item, in order. A batch that the database refuses for its data
 * is halved until the one bad item is alone; only that item's caller sees `store_data`. `run` must therefore be idempotent.
 */
export function createBatch<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  options: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  const { concurrency, maxItems, maxWaiting, besideFrom = 1, keysOf = () => [] } = options;
  let waiting: Waiting<Item, Result>[] = [];
  /** The keys of everything that is being written. */
  const busy = new Set<string>();
  let waitingWeight = 0;
  let running = 0;
  let isStarting = false;
  let impatience: NodeJS.Timeout | undefined;

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      if (results.length !== batch.length)
        throw new Error(`a batch of ${batch.length} gave ${results.length} results`);
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (thrown) {
      const error = toError(thrown);
      if (!isDataError(error) || batch.length === 1) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await settle(batch.slice(0, middle));
      await settle(batch.slice(middle));
    }
  };

  /** Takes what may be written now; what is held back holds back whatever comes after it. */
  const take = (): readonly Waiting<Item, Result>[] => {
    const held = new Set(busy);
    const batch: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    for (const one of waiting) {
      const mayGo = batch.length < maxItems && !one.keys.some((key) => held.has(key));
      (mayGo ? batch : rest).push(one);
      if (!mayGo) for (const key of one.keys) held.add(key);
    }
    waiting = rest;
    return batch;
  };

  const flush = async (): Promise<void> => {
    isStarting = false;
    clearTimeout(impatience);
    impatience = undefined;
    const batch = take();
    if (batch.length === 0) return;
    running += 1;
    const keys = batch.flatMap((one) => one.keys);
    for (const key of keys) busy.add(key);
    for (const { weight } of batch) waitingWeight -= weight;
    const settled = settle(batch);
    consider();
    await settled;
    for (const key of keys) busy.delete(key);
    running -= 1;
    consider();
  };

  const start = (): void => {
    if (isStarting || running >= concurrency || waiting.length === 0) return;
    isStarting = true;
    setImmediate(() => void flush());
  };

  function consider(): void {
    if (running === 0 || waiting.length >= besideFrom) start();
    else if (waiting.length > 0) impatience ??= setTimeout(start, PATIENCE_MS);
  }

  return (item) => {
    const weight = options.weigh(item);
    if (waitingWeight + weight > maxWaiting && waiting.length > 0)
      return Promise.reject(
        new BridgeError("store_overloaded", "too much is waiting for the database"),
      );
    return new Promise((resolve, reject) => {
      waiting.push({ item, weight, keys: keysOf(item), resolve, reject });
      waitingWeight += weight;
      consider();
    });
  };
}
