import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { withCorrelation } from "../log.ts";

/** What may come from outside into a header, a log line and a stored row. */
const SAFE_ID = /^[\w.-]{8,64}$/;

/** The id of a request: the caller's own where it is harmless. */
export function chooseRequestId(given: string | readonly string[] | undefined): string {
  return typeof given === "string" && SAFE_ID.test(given) ? given : randomUUID();
}

/** Gives every request an id, for the answer's header and all log lines. */
export const requestId: RequestHandler = (request, response, next) => {
  const id = chooseRequestId(request.headers["x-request-id"]);
  response.set("X-Request-Id", id);
  withCorrelation(id, () => {
    next();
  });
};
