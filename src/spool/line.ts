import { BridgeError } from "../errors.ts";

/** What a channel's webhooks line up for. */
export interface LineOptions {
  /** Whether anything of the channel is in the spool. */
  readonly isSpooled: () => boolean;
  /** Whether the spool is being emptied just now, because the database is back. */
  readonly isEmptying: () => boolean;
}

/** Keeps the webhooks of one channel in the order of their arrival where the way they take changes. */
export interface Line {
  /**
   * Stores a webhook: by `direct` where nothing of the channel is in the spool, else, and where the database is away, by
   * `append`, which takes its place at once and resolves later. Throws what the way it took throws.
   */
  readonly store: (direct: () => Promise<unknown>, append: () => Promise<void>) => Promise<void>;
  /** Says that nothing of the channel is in the spool any more. */
  readonly emptied: () => void;
}

/**
 * How long what arrives waits for the spool to become empty, once the database is back, before it lines up there. Without
 * that, senders who send again as soon as they are answered would fill the spool as fast as it is emptied.
 */
const EMPTYING_MS = 250;

/** Whether storing failed for want of the database, and not for the webhook or for a bug. */
export function isAway(thrown: unknown): boolean {
  return (
    thrown instanceof BridgeError &&
    (thrown.code === "store_unavailable" || thrown.code === "store_overloaded")
  );
}

/**
 * Builds the line of one channel. A webhook that fails waits until those before it have found their way, and takes its place
 * in the spool behind them; whatever arrives meanwhile lines up behind it and does not try the database, or it would overtake.
 */
export function createLine({ isSpooled, isEmptying }: LineOptions): Line {
  const hopeful = new Set<() => void>();
  let tail: Promise<unknown> = Promise.resolve();
  let failed = 0;

  const untilEmpty = (): Promise<void> =>
    new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        hopeful.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, EMPTYING_MS);
      hopeful.add(goOn);
    });

  return {
    store: async (direct, append) => {
      const before = tail;
      const { promise: placed, resolve: place } = Promise.withResolvers<void>();
      tail = before.then(() => placed);
      let durable: Promise<void>;
      try {
        if (isSpooled() && isEmptying()) await untilEmpty();
        if (!isSpooled() && failed === 0) {
          try {
            await direct();
            return;
          } catch (thrown) {
            if (!isAway(thrown)) throw thrown;
          }
        }
        failed += 1;
        try {
          await before;
          durable = append();
        } finally {
          failed -= 1;
        }
      } finally {
        place();
      }
      await durable;
    },
    emptied: () => {
      for (const goOn of hopeful) goOn();
    },
  };
}
