import type { Request, RequestHandler } from "express";
import { openSpan } from "../trace.ts";

const METHODS = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/**
 * Begins the trace of a request that brings something: a webhook, a call that sends. Reading is not traced, for pages ask every
 * few seconds. A trace that the caller names is not taken up: no provider sends one, and a stranger shall neither choose
 * what is kept nor join what is not theirs.
 */
export const requestSpan: RequestHandler = (request, response, next) => {
  const { method } = request;
  if (!METHODS.has(method)) {
    next();
    return;
  }
  const facts = { "http.request.method": method };
  const span = openSpan(method, { kind: "server", parent: null, facts });
  response.once("close", () => {
    const route = routeOf(request);
    const status = response.statusCode;
    span.add({ "http.route": route, "http.response.status_code": status });
    if (route !== undefined) span.rename(`${method} ${route}`);
    if (status >= 500) span.fail(String(status));
    span.end();
  });
  span.run(() => next());
};

/** The pattern that took the request, which holds no part of the address itself. */
function routeOf({ baseUrl, route }: Request): string | undefined {
  const path: unknown = route?.path;
  return typeof path === "string" ? `${baseUrl}${path}` : undefined;
}
