import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a proxy's connections lead. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** What is wrong with the way through a proxy; nothing where a field is absent. */
export interface Disturbance {
  /** Milliseconds every chunk is held up, each way. */
  readonly latencyMs?: number;
  /** What passes at most, each way and connection. */
  readonly bytesPerSecond?: number;
  /** Each connection is reset once so many bytes came back from the target: in the middle of an answer. */
  readonly resetAfterBytes?: number;
}

/** A TCP proxy on 127.0.0.1 whose port stays the same while the way through it is cut, frozen, slowed and restored. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that are open through it. */
  readonly connections: () => number;
  /** Listens and forwards. */
  readonly start: () => Promise<void>;
  /** Stops listening and resets every connection: new ones are refused. */
  readonly stop: () => Promise<void>;
  /** Keeps every connection open, forwards nothing and lets new ones wait. */
  readonly freeze: () => void;
  /** Forwards again, with what came meanwhile. */
  readonly thaw: () => void;
  /** Resets every connection; new ones are forwarded. */
  readonly reset: () => void;
  /** Leaves every connection half open: for ever silent, never closed. New ones are forwarded. */
  readonly abandon: () => void;
  /** Disturbs what passes from now on, on connections that are open too; nothing given ends it. */
  readonly disturb: (disturbance?: Disturbance) => void;
  /** Leads new connections elsewhere, as a name that moved does; those that are open stay where they are. */
  readonly retarget: (target: ProxyTarget) => void;
}

/** A connection through the proxy. */
interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isAbandoned: boolean;
  cameBack: number;
}

/** Makes a proxy in front of `target`; it starts stopped, with its port reserved by number only. */
export async function createTcpProxy(target: ProxyTarget): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const way: { target: ProxyTarget; disturbance: Disturbance } = { target, disturbance: {} };
  /** Resolves when what is frozen thaws. */
  let thawed = Promise.resolve();
  let thaw = (): void => undefined;

  const drop = (pair: Pair): void => {
    pair.near.destroy();
    pair.far.destroy();
    pairs.delete(pair);
  };
  const cut = (pair: Pair): void => {
    pair.near.resetAndDestroy();
    drop(pair);
  };

  /** Waits until the chunk may pass; false where its connection is not to pass anything any more. */
  const admit = async (pair: Pair, chunk: Buffer, isBack: boolean): Promise<boolean> => {
    await thawed;
    const { latencyMs = 0, bytesPerSecond = 0, resetAfterBytes } = way.disturbance;
    const slowMs = bytesPerSecond > 0 ? (chunk.length * 1_000) / bytesPerSecond : 0;
    if (latencyMs + slowMs > 0) await sleep(latencyMs + slowMs, undefined, { ref: false });
    if (pair.isAbandoned) return false;
    if (isBack && resetAfterBytes !== undefined) {
      pair.cameBack += chunk.length;
      if (pair.cameBack > resetAfterBytes) {
        pair.far.destroy();
        const passing = chunk.length - (pair.cameBack - resetAfterBytes);
        // What passed has to leave before the reset, which would throw it away.
        pair.near.write(chunk.subarray(0, Math.max(0, passing)), () => {
          setImmediate(() => cut(pair));
        });
        return false;
      }
    }
    return true;
  };

  const pump = async (pair: Pair, from: Socket, to: Socket): Promise<void> => {
    // A connection that is abandoned must not be closed by the end of this loop.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk) || !(await admit(pair, chunk, from === pair.far))) return;
      to.write(chunk);
    }
    to.end();
  };

  const forward = (near: Socket): void => {
    const far = connect(way.target.port, way.target.host);
    const pair: Pair = { near, far, isAbandoned: false, cameBack: 0 };
    pairs.add(pair);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (!pair.isAbandoned) drop(pair);
      });
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const)
      pump(pair, from, to).catch(() => {
        if (!pair.isAbandoned) drop(pair);
      });
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
      for (const pair of pairs) cut(pair);
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server = undefined;
    });

  const port = await listen(0);
  await stop();
  return {
    port,
    connections: () => pairs.size,
    start: async () => {
      thaw();
      await listen(port);
    },
    stop,
    freeze: () => {
      thaw();
      ({ promise: thawed, resolve: thaw } = Promise.withResolvers<void>());
    },
    thaw: () => thaw(),
    reset: () => {
      for (const pair of pairs) cut(pair);
    },
    abandon: () => {
      for (const pair of pairs) pair.isAbandoned = true;
    },
    disturb: (disturbance = {}) => {
      way.disturbance = disturbance;
    },
    retarget: (next) => {
      way.target = next;
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}
