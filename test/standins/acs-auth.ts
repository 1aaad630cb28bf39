import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A call as it reached the stand-in. */
export interface AcsCall {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AcsKeys {
  /** Base64. */
  readonly accessKey: string;
  /** A bearer token that is good, where there is one. */
  readonly token?: string;
}

/** Minutes by which the date of a signed call may be off. */
const SKEW_MS = 15 * 60_000;

/**
 * Says what is wrong with the authorization of a call; undefined where it is good.
 * Source: Azure Communication Services documentation, HMAC authentication.
 */
export function authorizationProblem(call: AcsCall, keys: AcsKeys): string | undefined {
  const authorization = call.headers.authorization ?? "";
  if (keys.token !== undefined && authorization === `Bearer ${keys.token}`) return undefined;
  const signature = /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(.+)$/
    .exec(authorization)
    ?.at(1);
  if (signature === undefined) return "the authorization is neither a signature nor a token";
  const date = String(call.headers["x-ms-date"]);
  if (!(Math.abs(Date.parse(date) - Date.now()) < SKEW_MS)) return "the date is missing or off";
  const hash = createHash("sha256").update(call.body).digest("base64");
  if (call.headers["x-ms-content-sha256"] !== hash) return "the hash is not that of the body";
  const text = `${call.method}\n${call.target}\n${date};${String(call.headers.host)};${hash}`;
  const wanted = createHmac("sha256", Buffer.from(keys.accessKey, "base64")).update(text).digest();
  const given = Buffer.from(signature, "base64");
  const isGood = given.length === wanted.length && timingSafeEqual(given, wanted);
  return isGood ? undefined : "the signature does not match";
}
