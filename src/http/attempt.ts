import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { HttpFailure } from "../transport.ts";
import type { HttpOptions } from "../transport.ts";

/** Opens the request of one call, in the shape axios takes for its `transport`. */
interface Transport {
  readonly request: (
    options: RequestOptions,
    onAnswer: (answer: IncomingMessage) => void,
  ) => ClientRequest;
}

/** One outgoing call: its clock, and what is known about whether the other side can have seen it. */
export interface Attempt {
  readonly signal: AbortSignal;
  readonly transport: (secure: boolean) => Transport;
  /** Names a failure of this call and stops its clock. */
  readonly fail: (thrown: unknown) => HttpFailure;
  readonly end: () => void;
}

export interface AttemptOptions extends HttpOptions {
  readonly connectTimeoutMs: number;
}

/** Starts the clock of a call; `end` or `fail` must follow. */
export function startAttempt(options: AttemptOptions): Attempt {
  const abort = new AbortController();
  let gaveUp: "timeout" | "aborted" | undefined;
  /** True once a connection (with TLS: a trusted one) carries the request; from there on bytes may have left. */
  let connected = false;

  const giveUp = (why: "timeout" | "aborted"): void => {
    gaveUp ??= why;
    abort.abort();
  };
  const onOuterAbort = (): void => giveUp("aborted");
  const timers = [setTimeout(() => giveUp("timeout"), options.timeoutMs)];
  options.signal?.addEventListener("abort", onOuterAbort, { once: true });
  if (options.signal?.aborted === true) onOuterAbort();

  const end = (): void => {
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener("abort", onOuterAbort);
  };
  const watch = (socket: Socket, secure: boolean): void => {
    if (!socket.connecting) {
      connected = true;
      return;
    }
    const timer = setTimeout(() => giveUp("timeout"), options.connectTimeoutMs);
    timers.push(timer);
    socket.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      connected = true;
    });
  };

  return {
    signal: abort.signal,
    end,
    transport: (secure) => ({
      request: (requestOptions, onAnswer) => {
        const open = secure ? httpsRequest : httpRequest;
        const request = open(requestOptions, onAnswer);
        request.once("socket", (socket) => watch(socket, secure));
        return request;
      },
    }),
    fail: (thrown) => {
      end();
      if (thrown instanceof HttpFailure) return thrown;
      const reason = gaveUp ?? (connected ? "reset" : "refused");
      return new HttpFailure(reason, connected ? "unknown" : "no", { cause: bareCause(thrown) });
    },
  };
}

/** The client's own error carries the whole request, authorization included; only its name and words go on. */
function bareCause(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error("a non-error was thrown");
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
  return Object.assign(new Error(thrown.message), { code });
}
