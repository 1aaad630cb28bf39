import { timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { findKey, touchKey } from "../../db/api-keys.ts";
import { BridgeError } from "../../errors.ts";
import { ADMIN, type Caller, SCOPES, type Scope, has, mustHave } from "./caller.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { digestKey, readKeyId } from "./key.ts";

const CHALLENGE = 'Bearer realm="ponte"';

const callers = new WeakMap<Response, Caller>();
const refusals = new WeakMap<Response, string>();

/** Who was let in; a route that needs no key has nobody's rights. */
export function callerOf(response: Response): Caller {
  return callers.get(response) ?? { ...ADMIN, actor: "nobody", scopes: new Set(), channels: [] };
}

/** Whether the caller showed a valid key. */
export function isKnown(response: Response): boolean {
  return callers.has(response);
}

/** The key a request presents. Source: RFC 6750, section 2.1; RFC 9110, section 11.1: the scheme ignores case. */
function presentedKey(request: Request): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
}

/** Compares with the admin key. Digests have one length, so that neither it nor the time says anything about the key. */
function adminCheck(adminKey: string): (key: string) => boolean {
  if (adminKey === "") throw new Error("the API needs an admin key");
  const expected = digestKey(adminKey);
  return (key) => timingSafeEqual(digestKey(key), expected);
}

/**
 * Finds out who calls, and refuses nobody: whether a caller must be known is for the route to say. Throws `store_*`, never
 * for the admin key, which needs no database.
 */
export function identify({
  adminKey,
  db,
  channels,
}: Pick<ApiDependencies, "adminKey" | "db" | "channels">): RequestHandler {
  const isAdmin = adminCheck(adminKey);
  const channelsOf = (tenant: string) =>
    [...channels].filter(([, channel]) => channel.tenant === tenant).map(([name]) => name);
  return async (request, response, next) => {
    const key = presentedKey(request);
    if (key !== undefined && isAdmin(key)) callers.set(response, ADMIN);
    else if (key !== undefined) await recognise(key);
    next();

    async function recognise(presented: string): Promise<void> {
      const id = readKeyId(presented);
      const found = id === undefined ? undefined : await findKey(db, id);
      if (found === undefined) return;
      if (!timingSafeEqual(digestKey(presented), Buffer.from(found.digest, "hex"))) return;
      if (found.revoked_at !== null) refusals.set(response, "the key was revoked");
      else if (found.is_expired) refusals.set(response, "the key has expired");
      else {
        if (found.is_stale) await touchKey(db, found.id);
        callers.set(response, {
          actor: `key:${found.id}`,
          tenant: found.tenant,
          scopes: new Set(SCOPES.filter((scope) => found.scopes.includes(scope))),
          channels: channelsOf(found.tenant),
          bounds: { expiresAt: found.expires_at, perMinute: found.per_minute },
        });
      }
    }
  };
}

/** Lets only known callers pass. */
export const demandKey: RequestHandler = (request, response, next) => {
  if (isKnown(response)) {
    next();
    return;
  }
  // Source: RFC 6750, section 3: no error code where no key was presented.
  response.set(
    "WWW-Authenticate",
    presentedKey(request) === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
  );
  const detail = refusals.get(response) ?? "a valid key is needed";
  next(new BridgeError("request_unauthorized", detail));
};

/** Throws `request_forbidden` where the caller's key lacks a scope, and says which. Source: RFC 6750, section 3.1. */
export function demandScope(caller: Caller, scope: Scope, response: Response): void {
  if (!has(caller, scope)) {
    const lacking = `error="insufficient_scope", scope="${scope}"`;
    response.set("WWW-Authenticate", `${CHALLENGE}, ${lacking}`);
  }
  mustHave(caller, scope);
}

/** Lets only callers with the admin key pass, for what is served beside the API. */
export function authorize(adminKey: string): RequestHandler {
  const isAdmin = adminCheck(adminKey);
  return (request, response, next) => {
    const key = presentedKey(request);
    if (key !== undefined && isAdmin(key)) callers.set(response, ADMIN);
    demandKey(request, response, next);
  };
}
