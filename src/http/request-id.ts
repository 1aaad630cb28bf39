import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { withCorrelation } from "../log.ts";

/** What may come from outside into a header, a log line and a stored row. */
const SAFE_ID = /^[\w.-]{8,64}$/;

/** Gives every request an id, the caller's own where it is harmless, for the answer's header and all log lines. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get("x-request-id") ?? "";
  const id = SAFE_ID.test(given) ? given : randomUUID();
  response.set("X-Request-Id", id);
  withCorrelation(id, () => {
    next();
  });
};
