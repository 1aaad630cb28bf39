import type { RequestHandler } from "express";
import { limiter } from "../rate-limit.ts";
import { callerOf, isKnown } from "./authorize.ts";
import type { ApiDependencies } from "./dependencies.ts";

/** Calls a minute of one address that shows no valid key. */
export const ADDRESS_PER_MINUTE = 600;

/** Counts calls by key, wherever they come from, and by address where no valid key was shown. */
export function apiLimits({
  limits,
  perMinute,
  log,
}: Pick<ApiDependencies, "limits" | "perMinute" | "log">): readonly RequestHandler[] {
  const byAddress = limiter({
    store: limits("api"),
    perMinute: perMinute.address,
    log,
    skip: (_request, response) => isKnown(response),
  });
  const byKey = limiter({
    store: limits("key"),
    perMinute: (_request, response) => callerOf(response).bounds?.perMinute ?? perMinute.key,
    log,
    caller: (_request, response) => callerOf(response).actor,
    skip: (_request, response) => !isKnown(response),
  });
  return [byAddress, byKey];
}
