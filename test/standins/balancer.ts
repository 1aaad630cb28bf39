import { Agent, createServer, request as call, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, stopListening } from "./listen.ts";

/** How often each server is asked whether it is ready, milliseconds; one no is enough. */
const POLL_MS = 20;

/** A balancer as it stands before servers: it asks who is ready, keeps connections, and sends nothing twice. */
export interface Balancer {
  readonly url: string;
  /** Servers that are ready at present. */
  readonly ready: () => readonly string[];
  readonly add: (server: string) => void;
  readonly remove: (server: string) => void;
  /** Why calls were answered by no server. */
  readonly failed: readonly string[];
  readonly close: () => Promise<void>;
}

/** Starts it; servers are asked in turn. */
export async function startBalancer(): Promise<Balancer> {
  const ready = new Map<string, boolean>();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const failed: string[] = [];
  const state = { turn: 0, isOver: false };

  const look = async (server: string): Promise<void> => {
    const status = await fetch(`${server}/ready`, { signal: AbortSignal.timeout(1_000) }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
    if (ready.has(server)) ready.set(server, status === 200);
  };
  // One question after the other: an earlier yes must not come after a later no.
  const watch = async (server: string): Promise<void> => {
    while (!state.isOver && ready.has(server)) {
      await look(server);
      await sleep(POLL_MS);
    }
  };

  const listReady = (): string[] => [...ready].filter(([, isReady]) => isReady).map(([url]) => url);

  const server = createServer((request: IncomingMessage, response) => {
    const there = listReady();
    state.turn += 1;
    const target = there[state.turn % Math.max(1, there.length)];
    const fail = (reason: string): void => {
      failed.push(reason);
      response.writeHead(502).end();
    };
    if (target === undefined) {
      fail("no server is ready");
      return;
    }
    const { connection: _ownHop, ...headers } = request.headers;
    const onward = call(
      `${target}${request.url ?? ""}`,
      { method: request.method, headers, agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502);
        answer.pipe(response);
      },
    );
    onward.on("error", (error) => fail(`${target}: ${error.message}`));
    request.pipe(onward);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    ready: listReady,
    add: (url) => {
      ready.set(url, false);
      void watch(url);
    },
    remove: (url) => void ready.delete(url),
    failed,
    close: async () => {
      state.isOver = true;
      agent.destroy();
      await stopListening(server);
    },
  };
}
