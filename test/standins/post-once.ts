import { type Agent, request } from "node:http";

/** What a provider posts. */
export interface PostedCall {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of it. */
export interface Answered {
  /** Of HTTP; 0 where no answer came in time. */
  readonly status: number;
  /** Milliseconds since the call had a connection: before that it waits for others of the same sender. */
  readonly ms: number;
}

/**
 * Posts, and waits for the answer. A kept connection that the server closed at the very moment
 * is no answer of anybody: as HTTP clients do, the call is made once more on another.
 */
export function postOnce(
  url: string,
  provided: PostedCall,
  agent: Agent,
  answerMs: number,
): Promise<Answered> {
  const { body, headers } = provided;
  const { promise, resolve } = Promise.withResolvers<Answered>();
  let since = performance.now();
  const end = (status: number): void => resolve({ status, ms: performance.now() - since });
  const all = { ...headers, "content-length": String(body.length) };
  const options = { method: "POST", headers: all, agent, timeout: answerMs };
  const call = request(url, options, (answer) => {
    answer.resume();
    answer.once("end", () => end(answer.statusCode ?? 0));
    answer.once("close", () => end(0));
  });
  call.once("socket", () => {
    since = performance.now();
  });
  let isLate = false;
  call.once("timeout", () => {
    isLate = true;
    call.destroy();
  });
  call.once("error", () => {
    if (call.reusedSocket && !isLate) resolve(postOnce(url, provided, agent, answerMs));
    else end(0);
  });
  call.end(body);
  return promise;
}
