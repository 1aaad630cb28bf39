import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ipKeyGenerator, type Store } from "express-rate-limit";

/**
 * The caller's address behind so many trusted proxies: counted from our end, the first one that no trusted proxy wrote.
 * Source: Express documentation, "trust proxy" as a number.
 */
export function callerOf(request: IncomingMessage, trustedProxies: number): string {
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const hops = [...forwarded.map((hop) => hop.trim()), request.socket.remoteAddress ?? ""];
  const written = hops.filter((hop) => hop !== "");
  return written[Math.max(0, written.length - 1 - trustedProxies)] ?? "";
}

/**
 * Whether a page may connect. A caller without an origin is no browser; a page of the host it calls is our own. Browsers
 * let any page open a WebSocket, so nobody but us asks. Source: RFC 6455, section 10.2.
 */
export function mayConnect({ headers }: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes("*") || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Tells whether a caller is still within its share of this minute, and counts the call. */
export type Counter = (...caller: readonly string[]) => Promise<boolean>;

/** Counts in the stores of the other limiters. The first part of a caller is its address; none is kept as it is. */
export function createCounter(store: Store, perMinute: number): Counter {
  return async (address = "", ...others) => {
    const caller = [address === "" ? "" : ipKeyGenerator(address), ...others].join("\n");
    const key = createHash("sha256").update(caller).digest("base64url").slice(0, 22);
    const { totalHits } = await store.increment(key);
    return totalHits <= perMinute;
  };
}
