import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "amqplib";
import { freePorts } from "./listen.ts";

/** A RabbitMQ of a test's own, to be stopped and started without disturbing anybody. */
export interface PrivateRabbit {
  readonly url: string;
  /** Ends it as a power cut would. */
  readonly crash: () => Promise<void>;
  /** Ends it in order: connections are told. */
  readonly stop: () => Promise<void>;
  /** Resolves once it takes connections. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The program itself; the one on the path insists on the rights of root. */
const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** Erlang's own, by which nodes find each other. */
const NAME_SERVER = "epmd";

/** A broker's start on a busy machine. */
const START_LIMIT_MS = 90_000;

/** Root's broker runs as the user that its package made. */
function ownerOf(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "rabbitmq"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Says whether RabbitMQ is installed. Where it is not, prints one line, or throws when `REQUIRE_SERVICES` is "1". */
export function rabbitIsInstalled(what: string): boolean {
  if (existsSync(SERVER)) return true;
  if (process.env["REQUIRE_SERVICES"] === "1") throw new Error(`${SERVER} is required`);
  process.stdout.write(`skipped without ${SERVER}: ${what}\n`);
  return false;
}

/** Starts a broker. */
export async function startPrivateRabbit(): Promise<PrivateRabbit> {
  const owner = ownerOf();
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-rabbitmq-"));
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, "plugins"), "[].\n");
  // Little disk and memory is no reason to refuse a test's events.
  writeFileSync(path.join(folder, "rabbitmq.conf"), "disk_free_limit.absolute = 10MB\n");
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const [port = 0, distribution = 0, names = 0] = await freePorts(3);
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `ponte-test-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    RABBITMQ_MNESIA_BASE: path.join(folder, "data"),
    RABBITMQ_LOG_BASE: path.join(folder, "log"),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, "plugins"),
    RABBITMQ_CONFIG_FILE: path.join(folder, "rabbitmq.conf"),
    RABBITMQ_PID_FILE: path.join(folder, "pid"),
  };
  // Left to itself the broker would start one that stays behind.
  const epmd = spawn(NAME_SERVER, [], { ...owner, env, stdio: "ignore" });
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  let server: ChildProcess | undefined;

  /** The script starts other programs: all of them are one group, and end together. */
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    process.kill(-server.pid, signal);
    await ended;
  };
  const start = async (): Promise<void> => {
    const options = { ...owner, cwd: folder, env, detached: true, stdio: "ignore" } as const;
    server = spawn(SERVER, [], options);
    for (const deadline = performance.now() + START_LIMIT_MS; ;) {
      try {
        const connection = await connect(url, { timeout: 5_000 });
        return await connection.close();
      } catch (error) {
        if (server.exitCode !== null || performance.now() > deadline)
          throw new Error("the private broker did not start", { cause: error });
      }
      await sleep(100);
    }
  };
  const rabbit = {
    url,
    crash: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    start,
    close: async () => {
      await end("SIGKILL");
      epmd.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await start();
  } catch (error) {
    await rabbit.close();
    throw error;
  }
  return rabbit;
}
