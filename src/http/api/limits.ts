import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator } from "express-rate-limit";
import { limiter } from "../rate-limit.ts";
import { callerOf, isKnown } from "./authorize.ts";
import { VISITOR } from "./caller.ts";
import type { ApiDependencies } from "./dependencies.ts";

/** Calls a minute of one address that shows no valid key. */
export const ADDRESS_PER_MINUTE = 600;

/** Wrong keys of one address in a minute, beyond which nobody signs in from there; who is signed in stays it. */
const WRONG_KEYS_PER_MINUTE = 10;

/** Keeps whoever guesses keys from signing in. */
export function signInLimit({ limits, log }: Pick<ApiDependencies, "limits" | "log">) {
  return limiter({
    store: limits("sign-in"),
    perMinute: WRONG_KEYS_PER_MINUTE,
    log,
    counts: ({ statusCode }) => statusCode === 401 || statusCode === 429,
  });
}

/** How many times as often as a program. */
const SESSION_SHARE = 5;

/** Who shares a count. People at a phone simulator that needs no key are told apart by where they are. */
function counted(request: Request, response: Response): string {
  const { actor, session } = callerOf(response);
  if (actor === VISITOR) return `${actor} ${ipKeyGenerator(request.ip ?? "")}`;
  return session === undefined ? actor : `${actor} in a browser`;
}

/** How often somebody may call: a page asks for much at once, so that a session may call more often than a program. */
function allowed(response: Response, usual: number): number {
  const { bounds, session } = callerOf(response);
  return bounds?.perMinute ?? (session === undefined ? usual : usual * SESSION_SHARE);
}

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
    perMinute: (_request, response) => allowed(response, perMinute.key),
    log,
    caller: counted,
    skip: (_request, response) => !isKnown(response),
  });
  return [byAddress, byKey];
}
