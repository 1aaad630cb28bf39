import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { BridgeError } from "../errors.ts";
import { explainFolder } from "./folder-errors.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's own units, so that a reused process id is not mistaken for the holder. */
  readonly started: string;
}

/** How often the holder shows that it is alive, and after how long without a sign another host may take over. */
const HEARTBEAT_MS = 5_000;
const ABANDONED_MS = 20_000;

function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

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
    return hasCode(error, "EPERM");
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

/** Whether a dead holder left the file. False where there is none: another process may be making it right now. */
function isAbandoned(file: string): boolean {
  const holder = readHolder(file);
  if (holder?.host === hostname())
    return !isRunning(holder.pid) || startTime(holder.pid) !== holder.started;
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - touched >= ABANDONED_MS;
}

/** Creates the lock file with its content in one step; false when it exists. */
function create(file: string, holder: Holder): boolean {
  try {
    const descriptor = openSync(file, "wx");
    writeFileSync(descriptor, JSON.stringify(holder));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function take(file: string, own: Holder): boolean {
  return create(file, own) || (isAbandoned(file) && replace(file, own));
}

/**
 * Replaces a dead holder's file. A lock beside it lets one process at a time look once more and replace it: without it, one
 * that judged the old file a moment ago would remove the new one of the process that was faster.
 */
function replace(file: string, own: Holder): boolean {
  const beside = `${file}.next`;
  if (!take(beside, own)) return false;
  try {
    if (isAbandoned(file)) rmSync(file);
    return create(file, own);
  } finally {
    rmSync(beside, { force: true });
  }
}

const LOCK_FILE = "ponte.lock";

/** A directory that belongs to this process alone. */
export interface Hold {
  /** False once another process has taken the directory, because this one showed no sign of life for too long. */
  readonly isOurs: () => boolean;
  /** Gives the directory back; leaves alone what another process has taken meanwhile. */
  readonly release: () => void;
}

/**
 * Takes a directory for this process; undefined where a living one has it. A dead process's lock is taken over at once on the
 * same host, after 20 s of silence otherwise (containers on one volume). `onSilent` is told when this process cannot show that
 * it lives; without it, it ends. Throws what the system says.
 */
export function holdDirectory(
  directory: string,
  onSilent?: (error: unknown) => void,
): Hold | undefined {
  const file = path.join(directory, LOCK_FILE);
  const own = { pid: process.pid, host: hostname(), started: startTime(process.pid) };
  if (!take(file, own)) return undefined;
  const isOurs = (): boolean => isDeepStrictEqual(readHolder(file), own);
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch (error) {
      if (onSilent === undefined) throw error;
      onSilent(error);
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    isOurs,
    release: () => {
      clearInterval(heartbeat);
      if (isOurs()) rmSync(file, { force: true });
    },
  };
}

function makeAndHold(directory: string): Hold | undefined {
  try {
    mkdirSync(directory, { recursive: true });
    return holdDirectory(directory);
  } catch (error) {
    throw explainFolder(error, directory);
  }
}

/**
 * Takes the data directory for this process alone; two embedded databases on one directory destroy it. A dead
 * process's lock is taken over as in `holdDirectory`. Returns the release. Throws `store_locked`, and
 * `store_unavailable` where the directory cannot be written.
 */
export function lockDirectory(directory: string): () => void {
  const hold = makeAndHold(directory);
  if (hold === undefined) {
    const holder = readHolder(path.join(directory, LOCK_FILE));
    throw new BridgeError(
      "store_locked",
      `the data directory is in use by process ${holder?.pid ?? "?"} on ${holder?.host ?? "an unknown host"}; ` +
        "stop it, choose another PONTE_DATA_DIR, or set DATABASE_URL to share a PostgreSQL server",
    );
  }
  return hold.release;
}
