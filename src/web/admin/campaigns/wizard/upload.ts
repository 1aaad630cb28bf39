import { addressOf, type Query } from "../../../shared/address.ts";
import { ApiProblem, readAnswer, refusalOf } from "../../../shared/api.ts";

export interface UploadOptions {
  readonly query: Query;
  readonly body: Blob;
  /** Told the bytes that have gone out. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends a file of any size from where it lies, telling how much of it has gone: `fetch` cannot tell. Throws an `ApiProblem`, and
 * an `AbortError` where it was stopped.
 */
export function upload<Answer>(path: string, options: UploadOptions): Promise<Answer> {
  const { query, body, onProgress, signal } = options;
  const request = new XMLHttpRequest();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request.open("POST", addressOf(path, query));
  request.setRequestHeader("X-Requested-With", "ponte");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.setRequestHeader("Content-Type", "text/csv");
  request.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded));
  request.addEventListener("load", () => {
    const { status, responseText } = request;
    const answer = new Response(responseText, { status });
    if (answer.ok) readAnswer<Answer>(answer).then(resolve, reject);
    else refusalOf(answer).then(reject, reject);
  });
  request.addEventListener("error", () =>
    reject(new ApiProblem(0, "offline", "the server does not answer")),
  );
  request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
  signal.addEventListener("abort", () => request.abort(), { once: true });
  request.send(body);
  return promise;
}
