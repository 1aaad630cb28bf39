import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { z } from "zod";
import { BridgeError } from "../errors.ts";
import { correlationId } from "../log.ts";
import type { Log } from "../log.ts";

/** A refusal as RFC 9457 writes it. `code` is a closed word, `detail` a sentence that is safe to show. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title?: string;
  readonly detail: string;
  /** What is wrong with which part of the request. */
  readonly errors?: readonly Readonly<Record<string, unknown>>[];
}

/** Seconds after which a provider or caller may send again what could not be stored. */
const RETRY_AFTER_S = 2;

/** What Express and its body parsers throw for a request they cannot read. */
const unreadable = z.object({ status: z.int().min(400).max(499) });

/** Answers with `application/problem+json`; the type stays `about:blank`, so the title follows the status. */
export function sendProblem(response: Response, problem: Problem): void {
  const { status, code, title = STATUS_CODES[status], detail, errors } = problem;
  const request = correlationId();
  const body = {
    type: "about:blank",
    title,
    status,
    detail,
    code,
    ...(errors === undefined ? {} : { errors }),
    ...(request === undefined ? {} : { request_id: request }),
  };
  response
    .status(status)
    .set("Content-Type", "application/problem+json; charset=utf-8")
    .end(JSON.stringify(body));
}

/** Says what a failure is to the caller; undefined for a bug, which stays nameless outside. */
export function toProblem(thrown: unknown): Problem | undefined {
  if (thrown instanceof BridgeError) {
    return { status: thrown.status, code: thrown.code, detail: thrown.detail };
  }
  const status = unreadable.safeParse(thrown).data?.status;
  if (status === undefined) return undefined;
  return status === 413
    ? { status, code: "request_too_large", detail: "the body is too large" }
    : { status, code: "request_malformed", detail: "the request cannot be read" };
}

/** `Retry-After` where the failure passes by itself. */
export function retryAfter(status: number): Readonly<Record<string, string>> {
  return status === 503 ? { "Retry-After": String(RETRY_AFTER_S) } : {};
}

/** Answers every failure no route answered. A bug is logged with its stack and shown without anything of it. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const problem = toProblem(thrown);
    if (problem === undefined) {
      log.error("a request failed by a bug", { method: request.method, error: thrown });
    } else if (problem.status === 401 || problem.status === 403) {
      log.warn("access refused", { method: request.method, code: problem.code });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.set(retryAfter(problem?.status ?? 500));
    sendProblem(
      response,
      problem ?? { status: 500, code: "internal", detail: "the request failed; the log says why" },
    );
  };
}

/** Answers a path that nothing serves. */
export const notFound: RequestHandler = (_request, response) => {
  sendProblem(response, {
    status: 404,
    code: "request_not_found",
    detail: "nothing is served here",
  });
};
