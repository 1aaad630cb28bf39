import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { BridgeError } from "../errors.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's own units, so that a reused process id is not mistaken for the holder. */
  readonly started: string;
}

/** How often the holder shows that it is alive, and after how long without a sign another host may take over. */
const HEARTBEAT_MS = 5_000;
const ABANDONED_MS = 20_000;

/** Start time of a process; "" where the platform does not tell. Source: proc(5), field 22 of /proc/[pid]/stat. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    if (!("pid" in value) || typeof value.pid !== "number") return undefined;
    if (!("host" in value) || typeof value.host !== "string") return undefined;
    if (!("started" in value) || typeof value.started !== "string") return undefined;
    return { pid: value.pid, host: value.host, started: value.started };
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder | undefined, file: string): boolean {
  if (holder?.host === hostname())
    return isRunning(holder.pid) && startTime(holder.pid) === holder.started;
  return Date.now() - statSync(file).mtimeMs < ABANDONED_MS;
}

/** Creates the lock file with its content in one step; false when it exists. */
function create(file: string, holder: Holder): boolean {
  try {
    const descriptor = openSync(file, "wx");
    writeFileSync(descriptor, JSON.stringify(holder));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a dead holder's file away. The rename succeeds for one of several that try. */
function removeAbandoned(file: string, own: Holder): void {
  const aside = `${file}.${own.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/**
 * Takes the data directory for this process alone; two embedded databases on one directory destroy it. A dead
 * process's lock is taken over at once on the same host, after 20 s of silence otherwise (containers on one volume).
 * Returns the release. Throws `store_locked`.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, "ponte.lock");
  const own = { pid: process.pid, host: hostname(), started: startTime(process.pid) };
  if (!create(file, own)) {
    const holder = readHolder(file);
    if (isAlive(holder, file))
      throw new BridgeError(
        "store_locked",
        `the data directory is in use by process ${holder?.pid ?? "?"} on ${holder?.host ?? "an unknown host"}; ` +
          "stop it, choose another PONTE_DATA_DIR, or set DATABASE_URL to share a PostgreSQL server",
      );
    removeAbandoned(file, own);
    if (!create(file, own))
      throw new BridgeError("store_locked", "another process took the data directory just now");
  }
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  };
}
