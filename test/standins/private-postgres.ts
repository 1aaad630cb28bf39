import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePort } from "./listen.ts";

/** A PostgreSQL server of a test's own, to be stopped and started without disturbing anybody. */
export interface PrivatePostgres {
  readonly url: string;
  readonly port: number;
  /** Ends it as a crash would: no checkpoint, connections cut. */
  readonly crash: () => void;
  readonly start: () => void;
  /** The same without holding up what else runs in this process, such as a load that is to meet the crash. */
  readonly fail: () => Promise<void>;
  readonly recover: () => Promise<void>;
  /** Stops all of its processes where they are (SIGSTOP): connections stay open and nothing answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Makes a hot standby that follows it; every commit waits for the standby from then on. */
  readonly addStandby: () => Promise<PrivateStandby>;
  readonly close: () => void;
}

/** A server that follows another one until it is promoted. */
export interface PrivateStandby extends PrivatePostgres {
  /** Makes it a primary. */
  readonly promote: () => Promise<void>;
}

export interface PrivatePostgresOptions {
  /** Where its folder is made; the folder of temporary files where absent. */
  readonly parent?: string;
  /** Settings of the server, such as `max_wal_size`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const DEBIAN = "/usr/lib/postgresql";

/** The folder with `initdb` and `pg_ctl`; undefined where no server is installed. */
function findBinaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(DEBIAN, version, "bin")).find(existsSync);
}

/** Whether a server can be started here. */
export const hasPrivatePostgres = (): boolean => findBinaries() !== undefined;

type Owner = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** PostgreSQL refuses to run as root: there, it runs as the `postgres` user that its package made. */
function ownerOf(): Owner {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** The programs of the server, run as its owner in its folder. */
interface Tools {
  readonly folder: string;
  readonly data: string;
  readonly runNow: (program: string, args: readonly string[]) => void;
  readonly run: (program: string, args: readonly string[]) => Promise<void>;
  readonly end: () => void;
}

const execute = promisify(execFile);

function makeTools(binaries: string, parent: string): Tools {
  const owner = ownerOf();
  const folder = mkdtempSync(path.join(parent, "ponte-postgres-"));
  chmodSync(folder, 0o755);
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = path.join(folder, "data");
  const options = { ...owner, cwd: folder, encoding: "utf8" } as const;
  return {
    folder,
    data,
    runNow: (program, args) => {
      const stdio = ["ignore", "ignore", "pipe"] as const;
      const result = spawnSync(path.join(binaries, program), args, {
        ...options,
        stdio: [...stdio],
      });
      if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
    },
    run: async (program, args) => {
      await execute(path.join(binaries, program), [...args], options);
    },
    end: () => {
      spawnSync(path.join(binaries, "pg_ctl"), ["-D", data, "-m", "immediate", "stop"], owner);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server's first process and those it made. */
function processesOf(data: string): readonly number[] {
  const first = Number(readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  const made = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === first);
  return [first, ...made];
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended while we looked.
    return 0;
  }
}

function signalAll(data: string, signal: NodeJS.Signals): void {
  for (const pid of processesOf(data)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

function describeServer(
  tools: Tools,
  port: number,
  options: PrivatePostgresOptions,
): PrivatePostgres {
  const { data, folder, run, runNow } = tools;
  const settings = Object.entries(options.settings ?? {}).map(([name, to]) => ` -c ${name}=${to}`);
  const own = `-p ${String(port)} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  // It must not keep our pipes open: nobody would see `pg_ctl` end.
  const log = path.join(folder, "log");
  const starting = ["-D", data, "-w", "-l", log, "-o", `${own}${settings.join("")}`, "start"];
  const crashing = ["-D", data, "-w", "-m", "immediate", "stop"];
  const url = `postgres://postgres@127.0.0.1:${String(port)}/postgres`;
  return {
    url,
    port,
    crash: () => runNow("pg_ctl", crashing),
    start: () => runNow("pg_ctl", starting),
    fail: () => run("pg_ctl", crashing),
    recover: () => run("pg_ctl", starting),
    freeze: () => signalAll(data, "SIGSTOP"),
    thaw: () => signalAll(data, "SIGCONT"),
    addStandby: () => startStandby(url, options),
    close: () => {
      if (existsSync(path.join(data, "postmaster.pid"))) signalAll(data, "SIGCONT");
      tools.end();
    },
  };
}

const STANDBY = "ponte_standby";

async function startStandby(
  primary: string,
  options: PrivatePostgresOptions,
): Promise<PrivateStandby> {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error("no PostgreSQL server is installed");
  const tools = makeTools(binaries, options.parent ?? tmpdir());
  const from = `${primary}?application_name=${STANDBY}`;
  await tools.run("pg_basebackup", ["-D", tools.data, "-d", from, "-R", "-c", "fast", "--no-sync"]);
  const server = describeServer(tools, await freePort(), options);
  await server.recover();
  const ask = (at: string, ...commands: readonly string[]): Promise<void> =>
    tools.run("psql", ["-d", at, ...commands.flatMap((command) => ["-c", command])]);
  const followers = "alter system set synchronous_standby_names";
  await ask(primary, `${followers} = '${STANDBY}'`, "select pg_reload_conf()");
  const promote = (): Promise<void> =>
    ask(server.url, `${followers} = ''`, "select pg_promote()", "select pg_reload_conf()");
  return { ...server, promote };
}

/** Starts a server; undefined where none is installed. */
export async function startPrivatePostgres(
  options: PrivatePostgresOptions = {},
): Promise<PrivatePostgres | undefined> {
  const binaries = findBinaries();
  if (binaries === undefined) return undefined;
  const tools = makeTools(binaries, options.parent ?? tmpdir());
  const server = describeServer(tools, await freePort(), options);
  tools.runNow("initdb", ["-D", tools.data, "-A", "trust", "-U", "postgres", "--no-sync"]);
  server.start();
  return server;
}
