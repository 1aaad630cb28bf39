import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./listen.ts";

/** A PostgreSQL server of a test's own, to be stopped and started without disturbing anybody. */
export interface PrivatePostgres {
  readonly url: string;
  /** Ends it as a crash would: no checkpoint, connections cut. */
  readonly crash: () => void;
  readonly start: () => void;
  readonly close: () => void;
}

const DEBIAN = "/usr/lib/postgresql";

/** The folder with `initdb` and `pg_ctl`; undefined where no server is installed. */
function findBinaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(DEBIAN, version, "bin")).find(existsSync);
}

/** PostgreSQL refuses to run as root: there, it runs as the `postgres` user that its package made. */
function ownerOf(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Starts a server; undefined where none is installed. */
export async function startPrivatePostgres(): Promise<PrivatePostgres | undefined> {
  const binaries = findBinaries();
  if (binaries === undefined) return undefined;
  const owner = ownerOf();
  const folder = mkdtempSync(path.join(tmpdir(), "ponte-postgres-"));
  chmodSync(folder, 0o755);
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = path.join(folder, "data");
  const port = await freePort();
  const run = (program: string, args: readonly string[]): void => {
    const result = spawnSync(path.join(binaries, program), args, {
      ...owner,
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
  };
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder}`;
  const start = (): void =>
    run("pg_ctl", ["-D", data, "-w", "-l", path.join(folder, "log"), "-o", options, "start"]);
  const crash = (): void => run("pg_ctl", ["-D", data, "-w", "-m", "immediate", "stop"]);
  run("initdb", ["-D", data, "-A", "trust", "-U", "postgres", "--no-sync"]);
  start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash,
    start,
    close: () => {
      spawnSync(path.join(binaries, "pg_ctl"), ["-D", data, "-m", "immediate", "stop"], owner);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
