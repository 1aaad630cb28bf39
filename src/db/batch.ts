import { BridgeError, toError } from "../errors.ts";
import { isDataError } from "./store-errors.ts";

export interface BatchOptions<Item> {
  /** Flushes that may run at once; what arrives meanwhile is the next batch, so no timer is needed. */
  readonly concurrency: number;
  /** Items in one flush at most. */
  readonly maxItems: number;
  /** Waiting weight beyond which new items are refused with `store_overloaded`. */
  readonly maxWaiting: number;
  /** Weight of an item, such as the bytes of its body. */
  readonly weigh: (item: Item) => number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Gathers single items into batches by natural batching: a flush starts at once while fewer than `concurrency` run.
 * `run` returns one result per item, in order. A batch that the database refuses for its data is halved until the one bad
 * item is alone; only that item's caller sees `store_data`. `run` must therefore be idempotent.
 */
export function createBatch<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  options: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let waitingWeight = 0;
  let running = 0;

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

  const flush = async (): Promise<void> => {
    running += 1;
    const batch = waiting.splice(0, options.maxItems);
    for (const { weight } of batch) waitingWeight -= weight;
    await settle(batch);
    running -= 1;
    if (waiting.length > 0) void flush();
  };

  return (item) => {
    const weight = options.weigh(item);
    if (waitingWeight + weight > options.maxWaiting && waiting.length > 0)
      return Promise.reject(
        new BridgeError("store_overloaded", "too much is waiting for the database"),
      );
    return new Promise((resolve, reject) => {
      waiting.push({ item, weight, resolve, reject });
      waitingWeight += weight;
      if (running < options.concurrency) void flush();
    });
  };
}
