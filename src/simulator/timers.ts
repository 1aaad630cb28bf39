/** Pieces of work that may wait at once, so that nobody can fill the memory with them. */
const MOST = 5_000;

/** Work that is done later, unless the program ends before. */
export interface Timers {
  /** Whether it will be done: not where too much waits already, nor after the stop. */
  readonly later: (delayMs: number, work: () => Promise<unknown>) => boolean;
  /** Forgets what waits and cuts off what runs. */
  readonly stop: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** `onProblem` is told of work that failed. */
export function createTimers(onProblem: (error: unknown) => void): Timers {
  const waiting = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  const run = (work: () => Promise<unknown>): void => {
    const done = work()
      .then(() => undefined, onProblem)
      .finally(() => running.delete(done));
    running.add(done);
  };
  return {
    signal: abort.signal,
    later: (delayMs, work) => {
      if (abort.signal.aborted || waiting.size + running.size >= MOST) return false;
      const timer = setTimeout(() => {
        waiting.delete(timer);
        run(work);
      }, delayMs);
      timer.unref();
      waiting.add(timer);
      return true;
    },
    stop: async () => {
      abort.abort();
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
      await Promise.all(running);
    },
  };
}
