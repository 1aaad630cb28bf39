import { raw } from "express";
import type { Request, RequestHandler, Response } from "express";
import type { WebhookRequest } from "../channels/channel.ts";
import { toError } from "../errors.ts";

/** A middleware as a call: it says whether to go on or that it has answered itself; throws what it would pass on. */
export type Step = (request: Request, response: Response) => Promise<"next" | "answered">;

export function toStep(handler: RequestHandler): Step {
  return (request, response) =>
    new Promise((resolve, reject) => {
      response.once("close", () => resolve("answered"));
      const next = (error?: unknown): void => {
        if (error === undefined) resolve("next");
        else reject(toError(error));
      };
      Promise.resolve(handler(request, response, next)).catch(reject);
    });
}

/** Reads the body as bytes: a signature is over what was sent, so nothing may unpack or parse it before. */
export function bodyReader(maxBytes: number): Step {
  return toStep(raw({ type: () => true, inflate: false, limit: maxBytes }));
}

/** Reads the body and describes the call for a channel. Throws what `bodyReader` refuses, with its HTTP status. */
export async function readCall(
  request: Request,
  response: Response,
  readBody: Step,
): Promise<WebhookRequest> {
  await readBody(request, response);
  const body: unknown = request.body;
  return {
    method: request.method,
    suffix: suffixOf(request),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : value,
      ]),
    ),
    query: request.query,
    rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

function suffixOf(request: Request): string {
  const suffix: unknown = request.params["suffix"];
  return Array.isArray(suffix) ? suffix.filter((part) => part !== "").join("/") : "";
}
