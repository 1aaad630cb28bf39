import type { Bucket, Cache } from "./cache.ts";

export interface MemoryCacheOptions {
  /** Most entries that are kept, so that a flood of keys cannot fill the memory. */
  readonly maxEntries?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

const MAX_ENTRIES = 100_000;

/**
 * Share of the entries that is left where there were too many. Making room for one at a time would look through all of them
 * for each key that comes, which took ten milliseconds once they were 100,000.
 */
const KEPT_SHARE = 0.9;

/** Share of one place by which times that are sums of fractions may be wrong. */
const TOLERANCE = 1e-6;

function blockOf(key: string): string {
  return `block\n${key}`;
}

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
  /** What has expired goes first, then what was written longest ago. */
  const makeRoom = (): void => {
    const at = now();
    for (const [key, { expiresAt }] of entries) if (expiresAt <= at) entries.delete(key);
    const kept = Math.min(maxEntries - 1, Math.ceil(maxEntries * KEPT_SHARE));
    for (const key of entries.keys()) {
      if (entries.size <= kept) return;
      entries.delete(key);
    }
  };
  /** The generic cell rate algorithm: one number per key, the time at which the bucket is full again. */
  const take = (key: string, { burst, intervalMs }: Bucket, wanted: number) => {
    const at = now();
    const block = live(blockOf(key));
    if (block !== undefined) return { taken: 0, waitMs: block.expiresAt - at };
    const leadMs = Math.max(Number(live(key)?.value ?? at) - at, 0);
    const room = intervalMs > 0 ? Math.floor(burst - leadMs / intervalMs + TOLERANCE) : wanted;
    const taken = Math.max(0, Math.min(wanted, room));
    const fullAt = at + leadMs + taken * intervalMs;
    if (taken > 0) put(key, { value: String(fullAt), expiresAt: fullAt });
    const waitMs = taken < wanted ? Math.max(0, fullAt - (burst - 1) * intervalMs - at) : 0;
    return { taken, waitMs };
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
    reserve: async (key, bucket) => take(key, bucket, 1).waitMs,
    reserveMany: async (key, bucket, wanted) => take(key, bucket, wanted).taken,
    block: async (key, ms) => {
      const expiresAt = Math.max(live(blockOf(key))?.expiresAt ?? 0, now() + ms);
      put(blockOf(key), { value: "", expiresAt });
    },
    unblock: async (key) => {
      entries.delete(blockOf(key));
    },
    decrement: async (key) => {
      const open = live(key);
      if (open === undefined) return;
      put(key, { ...open, value: String(Math.max(0, Number(open.value) - 1)) });
    },
  };
}
