import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "../../transport.ts";

/** Headers that sign a call made at `now`. */
export type HmacSigner = (request: HttpRequest, now: Date) => Readonly<Record<string, string>>;

/**
 * Builds the signer of calls to Azure Communication Services. The signature covers the method, the path with its query as
 * `URLSearchParams` writes it, the date, the host with its port, and the body's bytes; a signed call is good for minutes only,
 * so each try is signed anew. Source: Azure Communication Services documentation, HMAC authentication.
 */
export function createHmacSigner(accessKey: string): HmacSigner {
  const key = Buffer.from(accessKey, "base64");
  return ({ method, url, body }, now) => {
    const { pathname, searchParams, host } = new URL(url);
    const query = searchParams.toString();
    const target = query === "" ? pathname : `${pathname}?${query}`;
    const date = now.toUTCString();
    const hash = createHash("sha256")
      .update(body ?? "")
      .digest("base64");
    const signed = `${method}\n${target}\n${date};${host};${hash}`;
    const signature = createHmac("sha256", key).update(signed).digest("base64");
    return {
      "x-ms-date": date,
      "x-ms-content-sha256": hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    };
  };
}
