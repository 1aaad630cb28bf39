import type { Request, Response } from "express";
import { BridgeError } from "../../errors.ts";
import { SESSION_SECONDS } from "../session-token.ts";

const NAME = "ponte_session";

/** What a page of ours sends along: another site's page cannot, unless this server allowed it to. */
const HEADER = "X-Requested-With";
const HEADER_VALUE = "ponte";

const SAFE_METHODS = new Set(["GET", "HEAD"]);

/** The token of a request's session cookie. */
export function readSessionCookie(request: Request): string | undefined {
  const pattern = new RegExp(`(?:^|;)\\s*${NAME}=([\\w.-]+)\\s*(?:;|$)`);
  return pattern.exec(request.get("cookie") ?? "")?.[1];
}

const attributes = (request: Request) =>
  ({ httpOnly: true, sameSite: "strict", secure: request.secure, path: "/api/v1" }) as const;

/** Hands a session to the browser: no script sees it, and no other site's page makes the browser send it. */
export function setSessionCookie(request: Request, response: Response, token: string): void {
  response.cookie(NAME, token, { ...attributes(request), maxAge: SESSION_SECONDS * 1_000 });
}

export function clearSessionCookie(request: Request, response: Response): void {
  response.clearCookie(NAME, attributes(request));
}

/** Whether the page that made a request is of this server, as far as the browser says whose it is. */
function isOwnOrigin(request: Request): boolean {
  const origin = request.get("origin");
  if (origin === undefined) return true;
  return URL.parse(origin)?.host === request.host;
}

/** Throws `request_forbidden` for a call with a cookie that changes something and did not come from a page of ours. */
export function demandOwnPage(request: Request): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.get(HEADER) === HEADER_VALUE && isOwnOrigin(request)) return;
  throw new BridgeError(
    "request_forbidden",
    `a session is for the pages of this server: send ${HEADER}: ${HEADER_VALUE} from its own origin, or use a key`,
  );
}
