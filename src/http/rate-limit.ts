import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import type { Store } from "express-rate-limit";
import type { Cache } from "../cache/cache.ts";
import type { Log } from "../log.ts";
import type { RateLimitStoreFactory } from "./dependencies.ts";
import { sendProblem } from "./problem.ts";

const MINUTE_MS = 60_000;

/** Keeps the counts of the rate limiters in the cache: shared by all machines where the cache is. */
export function rateLimitStores(cache: Cache): RateLimitStoreFactory {
  return (name): Store => {
    let windowMs = MINUTE_MS;
    const named = (key: string): string => `limit:${name}:${key}`;
    return {
      init: (options) => {
        windowMs = options.windowMs;
      },
      increment: async (key) => {
        const { hits, endsInMs } = await cache.increment(named(key), windowMs);
        return { totalHits: hits, resetTime: new Date(Date.now() + endsInMs) };
      },
      decrement: (key) => cache.decrement(named(key)),
      resetKey: (key) => cache.remove(named(key)),
    };
  };
}

export interface LimiterOptions {
  readonly store: Store;
  readonly perMinute: number | ((request: Request, response: Response) => number);
  readonly log: Pick<Log, "warn" | "error">;
  /** What makes a caller, in place of the address. */
  readonly caller?: (request: Request, response: Response) => string;
  /** Whose calls are not counted here. */
  readonly skip?: (request: Request, response: Response) => boolean;
  /** Which answers alone are counted; all, where absent. Those under way count until it is known what they are. */
  readonly counts?: (response: Response) => boolean;
  /** What beside the address makes a caller; it is hashed, as the address is: a count needs no personal data. */
  readonly also?: (request: Request, response: Response) => string;
}

/** Refuses with 429 what one caller sends beyond its share of a minute. Never put it before a provider's POST. */
export function limiter(options: LimiterOptions): RequestHandler {
  const { store, perMinute, log, caller, skip, counts, also } = options;
  return rateLimit({
    ...(skip !== undefined && { skip }),
    ...(counts !== undefined && {
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request: Request, response: Response) => !counts(response),
    }),
    windowMs: MINUTE_MS,
    limit: perMinute,
    store,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: (request, response) => {
      const who = caller?.(request, response) ?? ipKeyGenerator(request.ip ?? "");
      return digest(`${who}\n${also?.(request, response) ?? ""}`);
    },
    handler: (_request, response) => {
      sendProblem(response, {
        status: 429,
        code: "request_rate_limited",
        detail: "too many requests in this minute",
      });
    },
    logger: {
      warn: (error) => log.warn("rate limit", { error }),
      error: (error) => log.error("rate limit", { error }),
    },
  });
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
