/** Runs some work at a time; the rest waits in order. */
export interface Slots {
  /** Rejects with the signal's reason where it aborts before the work's turn has come. */
  readonly run: <Result>(work: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;
}

/** Builds the waiting line before `count` places. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  const take = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  };

  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    run: async (work, signal) => {
      await take(signal);
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
