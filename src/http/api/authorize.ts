import { timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { findKey, type PresentedKey, touchKey } from "../../db/api-keys.ts";
import { isSignedOut } from "../../db/sign-outs.ts";
import { BridgeError } from "../../errors.ts";
import type { SessionSubject } from "../session-token.ts";
import { ADMIN, type Caller, SCOPES, type Scope, has, mustHave, visitorOf } from "./caller.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { digestKey, readKeyId } from "./key.ts";
import { demandOwnPage, readSessionCookie } from "./session-cookie.ts";

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

/** What a key makes its holder; one that was made by its scopes is a role only where it allows everything. */
function roleOf({ role, scopes }: Pick<PresentedKey, "role" | "scopes">): PresentedKey["role"] {
  return role ?? (scopes.includes("admin") ? "admin" : null);
}

/** Who somebody is, or why they are nobody any more; undefined for who never was anybody. */
type Recognition =
  | { readonly caller: Caller }
  | { readonly refusal: string; readonly holder?: Pick<Caller, "actor" | "tenant"> }
  | undefined;

/** What recognising somebody takes. */
export type RecognitionDependencies = Pick<
  ApiDependencies,
  "adminKey" | "db" | "channels" | "simulator" | "sessions"
>;

/** Tells who holds a key, or who a session is of. Throws `store_*`, never for the admin key, which needs no database. */
export function createRecognition({
  adminKey,
  db,
  channels,
  simulator,
  sessions,
}: RecognitionDependencies) {
  const isAdmin = adminCheck(adminKey);
  const channelsOf = (tenant: string) =>
    [...channels].filter(([, channel]) => channel.tenant === tenant).map(([name]) => name);

  const admit = async (found: PresentedKey): Promise<Recognition> => {
    const holder = { actor: `key:${found.id}`, tenant: found.tenant };
    if (found.revoked_at !== null) return { refusal: "the key was revoked", holder };
    if (found.is_expired) return { refusal: "the key has expired", holder };
    if (found.is_stale) await touchKey(db, found.id);
    const role = roleOf(found);
    return {
      caller: {
        ...holder,
        name: found.name,
        ...(role !== null && { role }),
        scopes: new Set(SCOPES.filter((scope) => found.scopes.includes(scope))),
        channels: channelsOf(found.tenant),
        bounds: { expiresAt: found.expires_at, perMinute: found.per_minute },
      },
    };
  };

  const byId = async (id: string): Promise<Recognition> => {
    const found = await findKey(db, id);
    return found && admit(found);
  };

  const bySubject = async (subject: SessionSubject): Promise<Recognition> => {
    if (subject === "admin") return { caller: ADMIN };
    if (subject === "simulator")
      return simulator?.mode === "open" ? { caller: visitorOf(simulator) } : undefined;
    return byId(subject.slice("key:".length));
  };

  return {
    byKey: async (key: string): Promise<Recognition> => {
      if (isAdmin(key)) return { caller: ADMIN };
      const id = readKeyId(key);
      const found = id === undefined ? undefined : await findKey(db, id);
      if (found === undefined) return undefined;
      const isSame = timingSafeEqual(digestKey(key), Buffer.from(found.digest, "hex"));
      return isSame ? admit(found) : undefined;
    },
    byToken: async (token: string): Promise<Recognition> => {
      const session = await sessions.read(token);
      if (session === undefined) return { refusal: "the session is over: sign in again" };
      if (await isSignedOut(db, session.id))
        return { refusal: "somebody signed out: sign in again" };
      const found = await bySubject(session.subject);
      if (found === undefined || !("caller" in found)) return found;
      const { id, expiresAt } = session;
      return { caller: { ...found.caller, session: { id, expiresAt } } };
    },
  };
}

/**
 * Finds out who calls, by the key they present or else by the cookie of their session, and refuses nobody who is unknown:
 * whether a caller must be known is for the route to say. Throws `store_*`, and `request_forbidden` for a session that is
 * used from elsewhere than our own pages.
 */
export function identify(deps: RecognitionDependencies): RequestHandler {
  const recognition = createRecognition(deps);
  return async (request, response, next) => {
    const key = presentedKey(request);
    const token = readSessionCookie(request);
    const found =
      key !== undefined
        ? await recognition.byKey(key)
        : token !== undefined
          ? await recognition.byToken(token)
          : undefined;
    if (found !== undefined && "refusal" in found) refusals.set(response, found.refusal);
    else if (found !== undefined) {
      if (found.caller.session !== undefined) demandOwnPage(request);
      callers.set(response, found.caller);
    }
    next();
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
