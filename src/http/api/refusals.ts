import type { ErrorRequestHandler, RequestHandler } from "express";
import { sendProblem } from "../problem.ts";
import { InvalidRequest } from "./request-problem.ts";

/** Answers a request with wrong values by listing all of them; every other failure is the application's to answer. */
export const refuseInvalid: ErrorRequestHandler = (thrown, _request, response, next) => {
  if (!(thrown instanceof InvalidRequest)) {
    next(thrown);
    return;
  }
  const { status, code, detail, complaints } = thrown;
  sendProblem(response, { status, code, detail, errors: complaints });
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
