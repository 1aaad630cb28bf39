import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { freePort } from "../standins/listen.ts";
import { until } from "../until.ts";

/** A Redis of a fault's own, which keeps nothing on disk: after a crash it is empty. */
export interface OwnRedis {
  readonly url: string;
  /** Ends it as a crash would. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Why a fault that needs a Redis of its own cannot run here; undefined where it can. */
export function withoutOwnRedis(): string | undefined {
  const { error } = spawnSync("redis-server", ["--version"]);
  return error === undefined ? undefined : "no Redis server is installed";
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Starts one. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const running: { server?: ChildProcess } = {};
  const start = async (): Promise<void> => {
    const own = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    running.server = spawn("redis-server", own, { stdio: "ignore", cwd: "/" });
    await until(() => answers(port));
  };
  const crash = async (): Promise<void> => {
    const { server } = running;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "close");
    server.kill("SIGKILL");
    await ended;
  };
  await start();
  return { url: `redis://127.0.0.1:${String(port)}`, crash, start };
}
