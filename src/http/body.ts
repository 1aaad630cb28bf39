import type { Request, RequestHandler, Response } from "express";
import type { WebhookRequest } from "../channels/channel.ts";
import { BridgeError, toError } from "../errors.ts";
import { plainHeaders } from "./plain-headers.ts";

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

/** Reads a body to its end. Rejects with an HTTP status in `status`. */
export type ReadBody = (request: Request) => Promise<Buffer>;

/** A body that cannot be read; a caller is told the status alone. */
const unreadable = (status: 400 | 415): Error =>
  Object.assign(new Error("the body cannot be read"), { status });

const tooLarge = (): BridgeError => new BridgeError("request_too_large", "the body is too large");

/**
 * Reads the body as bytes: a signature is over what was sent, so nothing may unpack or parse it before. What is too large is
 * refused as soon as that is known and not, as Express's reader does, once all of it came.
 */
export function bodyReader(maxBytes: number): ReadBody {
  return async (request) => {
    const { "content-encoding": encoding = "identity", "content-length": length } = request.headers;
    if (encoding.toLowerCase() !== "identity") throw unreadable(415);
    if (Number(length ?? 0) > maxBytes) throw tooLarge();
    if (request.destroyed && !request.readableEnded) throw unreadable(400);
    return collect(request, maxBytes);
  };
}

function collect(request: Request, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    chunks.push(chunk);
    if (length > maxBytes) end(() => reject(tooLarge()));
  };
  const finish = (): void => end(() => resolve(Buffer.concat(chunks, length)));
  const fail = (): void => end(() => reject(unreadable(400)));
  const end = (settle: () => void): void => {
    request.off("data", take).off("end", finish).off("close", fail);
    settle();
  };
  // An error is followed by a close.
  request.on("data", take).on("end", finish).on("close", fail).on("error", ignore);
  return promise;
}

const ignore = (): void => undefined;

/** Reads the body and describes the call for a channel. Throws what `bodyReader` refuses. */
export async function readCall(request: Request, readBody: ReadBody): Promise<WebhookRequest> {
  const rawBody = await readBody(request);
  return {
    method: request.method,
    suffix: suffixOf(request),
    headers: plainHeaders(request.headers),
    query: request.query,
    rawBody,
  };
}

function suffixOf(request: Request): string {
  const suffix: unknown = request.params["suffix"];
  return Array.isArray(suffix) ? suffix.filter((part) => part !== "").join("/") : "";
}
