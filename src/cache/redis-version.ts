import { Redis } from "ioredis";

/** Connects once, asks a Redis server for its version, and leaves. Rejects with the reason where it cannot be used. */
export async function readRedisVersion(url: string, timeoutMs: number): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  redis.on("error", reject);
  failed.catch(() => undefined);
  try {
    const asked = redis.connect().then(() => redis.info("server"));
    asked.catch(() => undefined);
    const info = await Promise.race([asked, failed]);
    return /redis_version:(\S+)/.exec(info)?.[1] ?? "unknown";
  } finally {
    redis.disconnect();
  }
}
