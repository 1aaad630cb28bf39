import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * What serves calls: a server that never listens, and gets them from the one that does. Whatever can be attached to a server
 * can be attached to it.
 */
export function createInnerServer(
  app: RequestListener,
  attach: (server: Server) => void = () => undefined,
): Server {
  const inner = createServer(app);
  attach(inner);
  return inner;
}

/** Hands the calls of a listening server to whichever inner server is connected at the time. */
export interface Switchboard {
  /** From the next call on. Calls under way end where they began. */
  readonly connect: (inner: Server) => void;
  readonly app: RequestListener;
  readonly attach: (server: Server) => void;
  /** Whether somebody takes connections that want to speak something else than HTTP. */
  readonly takesUpgrades: () => boolean;
}

export function createSwitchboard(): Switchboard {
  let current: Server | undefined;
  return {
    connect: (inner) => {
      current = inner;
    },
    app: (request, response) => {
      if (current?.emit("request", request, response) !== true) response.destroy();
    },
    attach: (server) => {
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (current?.emit("upgrade", request, socket, head) !== true) socket.destroy();
      });
    },
    takesUpgrades: () => (current?.listenerCount("upgrade") ?? 0) > 0,
  };
}
