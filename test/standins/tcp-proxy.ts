import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** A TCP proxy on 127.0.0.1 whose port stays the same while the way through it is cut, frozen and restored. */
export interface TcpProxy {
  readonly port: number;
  /** Listens and forwards. */
  readonly start: () => Promise<void>;
  /** Stops listening and resets every connection: new ones are refused. */
  readonly stop: () => Promise<void>;
  /** Keeps every connection open, forwards nothing and lets new ones wait. */
  readonly freeze: () => void;
  /** Forwards again, with what came meanwhile. */
  readonly thaw: () => void;
}

/** Makes a proxy in front of `target`; it starts stopped, with its port reserved by number only. */
export async function createTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Map<Socket, Socket>();
  let frozen = false;
  const sockets = (): Socket[] => [...pairs.keys(), ...pairs.values()];

  const forward = (from: Socket): void => {
    const to = connect(target.port, target.host);
    pairs.set(from, to);
    for (const socket of [from, to]) {
      socket.on("error", () => undefined);
      if (frozen) socket.pause();
    }
    from.on("data", (chunk) => to.write(chunk)).on("close", () => drop(from));
    to.on("data", (chunk) => from.write(chunk)).on("close", () => drop(from));
    if (frozen) for (const socket of [from, to]) socket.pause();
  };
  const drop = (from: Socket): void => {
    from.destroy();
    pairs.get(from)?.destroy();
    pairs.delete(from);
  };

  let server: Server | undefined;
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const next = createServer(forward);
      next.once("error", reject);
      next.listen(port, "127.0.0.1", () => {
        server = next;
        resolve(portOf(next.address()));
      });
    });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      for (const from of pairs.keys()) {
        from.resetAndDestroy();
        drop(from);
      }
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server = undefined;
    });

  const port = await listen(0);
  await stop();
  return {
    port,
    start: async () => {
      frozen = false;
      await listen(port);
    },
    stop,
    freeze: () => {
      frozen = true;
      for (const socket of sockets()) socket.pause();
    },
    thaw: () => {
      frozen = false;
      for (const socket of sockets()) socket.resume();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}
