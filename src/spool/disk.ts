import { mkdir, open, readdir, readFile, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { types } from "node:util";

/** A file that grows. */
export interface Appender {
  readonly append: (bytes: Buffer) => Promise<void>;
  /** Resolves once everything appended so far outlives a loss of power. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the spool asks of a disk. Everything throws what the system says. */
export interface Disk {
  readonly makeFolder: (folder: string) => Promise<void>;
  /** Makes a file that this user alone can read; one that is there already is refused. */
  readonly create: (file: string) => Promise<Appender>;
  /** Resolves once the names in a folder outlive a loss of power. */
  readonly syncFolder: (folder: string) => Promise<void>;
  readonly read: (file: string) => Promise<Buffer>;
  /** Names in a folder, sorted; none where there is no such folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly remove: (file: string) => Promise<void>;
  /** Removes a folder; one that holds something stays. */
  readonly removeFolder: (folder: string) => Promise<void>;
}

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  types.isNativeError(error) && "code" in error && codes.some((code) => code === error.code);

/** The disk of this machine. */
export const DISK: Disk = {
  makeFolder: async (folder) => {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    // A folder's own name stands in the one around it.
    for (let made = path.resolve(folder); made.startsWith(path.resolve(first));) {
      made = path.dirname(made);
      await syncFolder(made);
    }
  },
  create: async (file) => {
    const handle = await open(file, "wx", 0o600);
    return {
      append: (bytes) => handle.appendFile(bytes),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  syncFolder,
  read: (file) => readFile(file),
  list: async (folder) => {
    try {
      return (await readdir(folder)).toSorted();
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  },
  remove: (file) => rm(file, { force: true }),
  removeFolder: async (folder) => {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!hasCode(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
    }
  },
};

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a whole file so that it is there after a loss of power. */
export async function writeDurably(disk: Disk, file: string, bytes: Buffer): Promise<void> {
  const appender = await disk.create(file);
  try {
    await appender.append(bytes);
    await appender.sync();
  } finally {
    await appender.close();
  }
  await disk.syncFolder(path.dirname(file));
}
