import type { Cache } from "./cache.ts";

export interface FallbackOptions {
  /** Milliseconds to leave the first cache alone after a failure, so that a frozen one does not slow every call. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

const PAUSE_MS = 1_000;

/**
 * Uses `first`, and `second` while `first` fails. Nothing is remembered about a failure but its time: the first call
 * after the pause tries again, so a server that was down at the start is used as soon as it is there.
 */
export function withFallback(first: Cache, second: Cache, options: FallbackOptions = {}): Cache {
  const { pauseMs = PAUSE_MS, now = Date.now } = options;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const either = async <Result>(call: (cache: Cache) => Promise<Result>): Promise<Result> => {
    if (now() < pausedUntil) return call(second);
    try {
      return await call(first);
    } catch {
      pausedUntil = now() + pauseMs;
      return call(second);
    }
  };

  return {
    get: (key) => either((cache) => cache.get(key)),
    set: (key, value, ttlMs) => either((cache) => cache.set(key, value, ttlMs)),
    remove: (key) => either((cache) => cache.remove(key)),
    increment: (key, windowMs) => either((cache) => cache.increment(key, windowMs)),
    reserve: (key, bucket) => either((cache) => cache.reserve(key, bucket)),
    reserveMany: (key, bucket, wanted) => either((cache) => cache.reserveMany(key, bucket, wanted)),
    block: (key, ms) => either((cache) => cache.block(key, ms)),
    unblock: (key) => either((cache) => cache.unblock(key)),
    decrement: (key) => either((cache) => cache.decrement(key)),
  };
}
