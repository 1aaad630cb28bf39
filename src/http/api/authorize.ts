import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { BridgeError } from "../../errors.ts";

const CHALLENGE = 'Bearer realm="ponte"';

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Lets only callers with the key pass. Digests are compared, so that neither the time nor a difference in length says
 * anything about the key.
 */
export function authorize(adminKey: string): RequestHandler {
  if (adminKey === "") throw new Error("the API needs an admin key");
  const expected = digest(adminKey);
  return (request, response, next) => {
    // Source: RFC 6750, section 2.1; RFC 9110, section 11.1: the scheme ignores case.
    const key = /^bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
    if (key !== undefined && timingSafeEqual(digest(key), expected)) {
      next();
      return;
    }
    // Source: RFC 6750, section 3: no error code where no key was presented.
    response.set(
      "WWW-Authenticate",
      key === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`,
    );
    next(new BridgeError("request_unauthorized", "a valid key is needed"));
  };
}
