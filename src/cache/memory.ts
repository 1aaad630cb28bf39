import type { Cache } from "./cache.ts";

export interface MemoryCacheOptions {
  /** Entries kept; beyond them the oldest go, so that a flood of keys cannot fill the memory. */
  readonly maxEntries?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

const MAX_ENTRIES = 100_000;

/** Keeps short-lived state in this process: the cache where no Redis is configured, and while it is away. */
export function createMemoryCache(options: MemoryCacheOptions = {}): Cache {
  const { maxEntries = MAX_ENTRIES, now = Date.now } = options;
  const entries = new Map<string, Entry>();

  const live = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > now() ? entry : undefined;
  };
  /** Re-inserts, because a Map keeps the place of a key that is only overwritten. */
  const put = (key: string, entry: Entry): void => {
    entries.delete(key);
    if (entries.size >= maxEntries) makeRoom();
    entries.set(key, entry);
  };
  const makeRoom = (): void => {
    for (const [key, entry] of entries) if (entry.expiresAt <= now()) entries.delete(key);
    for (const key of entries.keys()) {
      if (entries.size < maxEntries) return;
      entries.delete(key);
    }
  };

  return {
    get: async (key) => live(key)?.value,
    set: async (key, value, ttlMs) => put(key, { value, expiresAt: now() + ttlMs }),
    remove: async (key) => {
      entries.delete(key);
    },
    increment: async (key, windowMs) => {
      const open = live(key);
      const hits = Number(open?.value ?? 0) + 1;
      const expiresAt = open?.expiresAt ?? now() + windowMs;
      put(key, { value: String(hits), expiresAt });
      return { hits, endsInMs: expiresAt - now() };
    },
    // The generic cell rate algorithm: one number per key, the time at which the bucket is full again.
    reserve: async (key, { burst, intervalMs }) => {
      const at = now();
      const fullAt = Math.max(Number(live(key)?.value ?? at), at);
      const waitMs = fullAt - (burst - 1) * intervalMs - at;
      if (waitMs > 0) return waitMs;
      put(key, { value: String(fullAt + intervalMs), expiresAt: fullAt + intervalMs });
      return 0;
    },
    decrement: async (key) => {
      const open = live(key);
      if (open === undefined) return;
      put(key, { ...open, value: String(Math.max(0, Number(open.value) - 1)) });
    },
  };
}
