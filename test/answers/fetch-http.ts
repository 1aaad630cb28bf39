import { isNativeError } from "node:util/types";
import {
  HttpFailure,
  type Http,
  type HttpOptions,
  type HttpRequest,
  type HttpStream,
} from "../../src/transport.ts";

/** The two calls a backend may make, on Node's own fetch, with the failures that the transport promises. */
export const fetchHttp: Http = async (request, options) => {
  const answer = await open(request, options);
  return { ...headOf(answer), body: await answer.text().catch(fail) };
};

export const fetchStream: HttpStream = async (request, options) => {
  const answer = await open(request, options);
  return { ...headOf(answer), chunks: chunksOf(answer) };
};

async function open(request: HttpRequest, options: HttpOptions): Promise<Response> {
  const { method, headers, body } = request;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal =
    options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const init = { method, headers: { ...headers }, ...(body !== undefined && { body }), signal };
  return fetch(request.url, init).catch(fail);
}

function headOf(answer: Response) {
  return { status: answer.status, headers: Object.fromEntries(answer.headers) };
}

async function* chunksOf(answer: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body ?? [];
  } catch (error) {
    fail(error);
  }
}

/** Errors of Node's own come from outside the test's realm, where `instanceof` does not know them. */
function fail(cause: unknown): never {
  const error = isNativeError(cause) || cause instanceof DOMException ? cause : new Error();
  if (error.name === "TimeoutError") throw new HttpFailure("timeout", "unknown", { cause });
  if (error.name !== "TypeError") throw new HttpFailure("aborted", "unknown", { cause });
  const reason = isNativeError(error.cause) ? error.cause.message : "";
  if (reason.includes("ECONNREFUSED")) throw new HttpFailure("refused", "no", { cause });
  throw new HttpFailure("reset", "unknown", { cause });
}
