import type { Cache } from "./cache/cache.ts";
import { withFallback } from "./cache/fallback.ts";
import { createMemoryCache } from "./cache/memory.ts";
import type { RedisSettings } from "./config/settings.ts";
import type { Database } from "./db/driver.ts";
import { createRateBuckets } from "./db/rate-buckets.ts";
import type { Log } from "./log.ts";

/** What is shared for a short time. */
export interface Caches {
  readonly cache: Cache;
  /** The same, with counters that are shared even where that is slow. */
  readonly buckets: Cache;
  readonly close: () => void;
}

/** Limits are shared through Redis, or the database server while there is none; all else is kept by this process meanwhile. */
export async function openCaches({ url }: RedisSettings, db: Database, log: Log): Promise<Caches> {
  const memory = createMemoryCache();
  const buckets =
    db.kind === "embedded" ? memory : withFallback({ ...memory, ...createRateBuckets(db) }, memory);
  const { increment, decrement } = memory;
  const cache = { ...buckets, increment, decrement };
  if (url === undefined) return { cache, buckets, close: () => undefined };
  const { openRedisCache } = await import("./cache/redis.ts");
  const redis = openRedisCache({
    url,
    onConnection: (connected) => {
      if (connected) log.info("Redis is connected");
      else log.warn("Redis is away; its limits are kept by other means");
    },
  });
  return {
    cache: withFallback(redis, cache),
    buckets: withFallback(redis, buckets),
    close: redis.close,
  };
}
