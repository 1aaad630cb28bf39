import { Agent, request } from "node:http";

/** An answer to one call; 0 where none came. */
export interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** Milliseconds until it was there. */
  readonly ms: number;
}

/** Calls over kept connections, each sent exactly once, whatever it holds. */
export interface Calls {
  readonly post: (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
  ) => Promise<CallAnswer>;
  readonly close: () => void;
}

/** Milliseconds after which a call is given up. */
const PATIENCE_MS = 120_000;

/** Opens so many connections at most. */
export function createCalls(connections: number): Calls {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (url, headers, body) => {
      const { promise, resolve } = Promise.withResolvers<CallAnswer>();
      const since = performance.now();
      const all = { ...headers, "content-length": String(body.length) };
      const none = (): void => resolve({ status: 0, headers: {}, text: "", ms: 0 });
      const options = { method: "POST", headers: all, agent, timeout: PATIENCE_MS };
      const call = request(url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString("utf8"),
            ms: performance.now() - since,
          }),
        );
        answer.once("close", none);
      });
      call.once("timeout", () => call.destroy());
      call.once("error", none);
      call.end(body);
      return promise;
    },
    close: () => agent.destroy(),
  };
}
