import type { ErrorRequestHandler, RequestHandler } from "express";
import { BridgeError } from "../../errors.ts";
import { type Problem, sendProblem, toProblem } from "../problem.ts";
import { InvalidRequest } from "./request-problem.ts";

/** Says what a failure is to the caller, with every complaint about a request; undefined for a bug. */
export function refusalOf(thrown: unknown): Problem | undefined {
  const problem = toProblem(thrown);
  if (problem === undefined || !(thrown instanceof InvalidRequest)) return problem;
  return { ...problem, errors: thrown.complaints };
}

/** Answers a request with wrong values by listing all of them; every other failure is the application's to answer. */
export const refuseInvalid: ErrorRequestHandler = (thrown, _request, response, next) => {
  const refusal = thrown instanceof InvalidRequest ? refusalOf(thrown) : undefined;
  if (refusal === undefined) next(thrown);
  else sendProblem(response, refusal);
};

/** Refuses a body by its announced length: the parser would read all of it before it says the same. */
export function refuseLarge(maxBytes: number): RequestHandler {
  return (request, _response, next) => {
    if (Number(request.get("content-length") ?? 0) > maxBytes)
      next(new BridgeError("request_too_large", "the body is too large"));
    else next();
  };
}

/** What people call JSON: its own names, none, and what curl says of every body unless told otherwise. */
const JSON_NAMES = /^(application\/(.+\+)?json|application\/x-www-form-urlencoded|text\/plain)?$/i;

/** Says of a body that is no JSON and calls itself something else what is wanted; a JSON body may call itself anything. */
export const refuseMediaType: ErrorRequestHandler = (thrown, request, _response, next) => {
  const [name = ""] = (request.get("content-type") ?? "").split(";");
  const isUnreadable = thrown instanceof SyntaxError && !JSON_NAMES.test(name.trim());
  next(isUnreadable ? new BridgeError("request_media_type", "the body must be JSON") : thrown);
};

/** Answers a verb that no operation of a path has, with those it has. Source: RFC 9110, section 15.5.6. */
export function refuseMethod(methods: readonly string[]): RequestHandler {
  const allowed = methods.map((method) => method.toUpperCase()).join(", ");
  return (_request, response) => {
    response.set("Allow", allowed);
    sendProblem(response, {
      status: 405,
      code: "request_method_not_allowed",
      detail: `this path takes ${allowed}`,
    });
  };
}
