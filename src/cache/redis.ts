import { Redis } from "ioredis";
import { z } from "zod";
import type { Bucket, Cache } from "./cache.ts";

export interface RedisCacheOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** Put before every key, so that several programs can share a server. */
  readonly prefix?: string;
  /** Milliseconds one command may take; a frozen server must not hold a request. */
  readonly commandTimeoutMs?: number;
  /** Milliseconds without any answer after which the socket counts as dead and a new one is made. */
  readonly deadSocketMs?: number;
  /** Called when the connection is made (true) and when it is lost or cannot be made (false), once per change. */
  readonly onConnection?: (connected: boolean) => void;
}

export interface RedisCache extends Cache {
  readonly close: () => void;
}

const COMMAND_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;
/** Longest pause between two tries to connect. */
const RECONNECT_MS = 1_000;
const DEAD_SOCKET_MS = 5_000;

/** Count and expiry in one step: a crash between two commands would leave a counter that never expires. */
const INCREMENT = `
local hits = redis.call("incr", KEYS[1])
local ends = redis.call("pttl", KEYS[1])
if ends < 0 then
  redis.call("pexpire", KEYS[1], ARGV[1])
  ends = tonumber(ARGV[1])
end
return {hits, ends}`;

const DECREMENT = `
if tonumber(redis.call("get", KEYS[1]) or "0") > 0 then redis.call("decr", KEYS[1]) end
return 0`;

/**
 * The generic cell rate algorithm on the server's clock, in microseconds; the answer too, because Lua answers are whole. The
 * second key is there while the bucket is closed.
 */
const TAKE = `
local closed = redis.call("pttl", KEYS[2])
if closed > 0 then return {0, closed * 1000} end
local time = redis.call("time")
local at = time[1] * 1000000 + time[2]
local burst, interval, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call("get", KEYS[1]) or at), at)
local taken = math.max(0, math.min(wanted, math.floor(burst - (full - at) / interval)))
if taken > 0 then
  full = full + taken * interval
  redis.call("set", KEYS[1], string.format("%.0f", full), "px", math.ceil((full - at) / 1000))
end
if taken == wanted then return {taken, 0} end
return {taken, math.max(0, math.ceil(full - (burst - 1) * interval - at))}`;

/** A shorter time does not end a longer one. */
const BLOCK = `
if redis.call("pttl", KEYS[1]) < tonumber(ARGV[1]) then redis.call("set", KEYS[1], "", "px", ARGV[1]) end
return 0`;

const taking = z.tuple([z.number(), z.number()]);

const incremented = z.tuple([z.number(), z.number()]);

/**
 * Opens a cache on Redis. It never waits for the server and never queues: while the server is away every call rejects
 * at once, and it works again by itself when the server is back.
 */
export function openRedisCache(options: RedisCacheOptions): RedisCache {
  const redis = new Redis(options.url, {
    keyPrefix: options.prefix ?? "ponte:",
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    socketTimeout: options.deadSocketMs ?? DEAD_SOCKET_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS),
  });
  watchConnection(redis, options.onConnection);
  const take = async (key: string, { burst, intervalMs }: Bucket, wanted: number) => {
    // Upwards, so that a bucket is never faster than it says. One that is filled at once never lacks anything.
    const intervalUs = Math.max(1, Math.ceil(intervalMs * 1_000));
    const places = intervalMs > 0 ? burst : Number.MAX_SAFE_INTEGER;
    const answer: unknown = await redis.eval(
      TAKE,
      2,
      key,
      blockOf(key),
      places,
      intervalUs,
      wanted,
    );
    const [taken, waitUs] = taking.parse(answer);
    return { taken, waitMs: waitUs / 1_000 };
  };

  return {
    get: async (key) => (await redis.get(key)) ?? undefined,
    set: async (key, value, ttlMs) => {
      await redis.set(key, value, "PX", Math.ceil(ttlMs));
    },
    remove: async (key) => {
      await redis.del(key);
    },
    increment: async (key, windowMs) => {
      const answer: unknown = await redis.eval(INCREMENT, 1, key, Math.ceil(windowMs));
      const [hits, endsInMs] = incremented.parse(answer);
      return { hits, endsInMs };
    },
    reserve: async (key, bucket) => (await take(key, bucket, 1)).waitMs,
    reserveMany: async (key, bucket, wanted) => (await take(key, bucket, wanted)).taken,
    block: async (key, ms) => {
      if (ms > 0) await redis.eval(BLOCK, 1, blockOf(key), Math.ceil(ms));
    },
    unblock: async (key) => {
      await redis.del(blockOf(key));
    },
    decrement: async (key) => {
      await redis.eval(DECREMENT, 1, key);
    },
    close: () => redis.disconnect(),
  };
}

function blockOf(key: string): string {
  return `${key}\nblock`;
}

/** Also the listener without which the client would print each lost connection itself. */
function watchConnection(redis: Redis, tell: RedisCacheOptions["onConnection"]): void {
  let last: boolean | undefined;
  const change = (connected: boolean): void => {
    if (connected === last) return;
    last = connected;
    tell?.(connected);
  };
  redis.on("ready", () => change(true));
  redis.on("close", () => change(false));
  redis.on("error", () => change(false));
}
