import { randomUUIDv7 } from "node:crypto";
import path from "node:path";
import { type Hold, holdDirectory } from "../db/data-lock.ts";
import { explainFolder } from "../db/folder-errors.ts";
import { type Disk, writeDurably } from "./disk.ts";

/** A folder within the spool that belongs to one process. */
export interface Held {
  readonly folder: string;
  readonly hold: Hold;
}

/** The name of a process's folder: a UUID of version 7, so that names sort by the time they were made. */
const OWN_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const SEGMENT_NAME = /^\d{8}\.spool$/;

/** Another process that looks for folders of dead ones may take a new one before its lock is there. */
const TRIES = 5;

/**
 * Makes this process's own folder within the spool and takes it. Throws `store_unavailable`, with words that say what to do,
 * where nothing can be kept there.
 */
export async function takeOwnFolder(disk: Disk, spool: string): Promise<Held> {
  try {
    for (let count = 1; count <= TRIES; count += 1) {
      const folder = path.join(spool, randomUUIDv7());
      await disk.makeFolder(folder);
      const hold = holdDirectory(folder, () => undefined);
      if (hold === undefined) continue;
      await proveWritable(disk, folder);
      return { folder, hold };
    }
  } catch (error) {
    throw explainFolder(error, spool, { what: "spool folder", variable: "PONTE_SPOOL_DIR" });
  }
  throw new Error("no folder of the spool can be taken");
}

async function proveWritable(disk: Disk, folder: string): Promise<void> {
  const probe = path.join(folder, "probe");
  await writeDurably(disk, probe, Buffer.from("probe"));
  await disk.remove(probe);
}

/** Takes the folders whose processes are gone, oldest first, but for those that are `held` already. */
export async function takeAbandoned(
  disk: Disk,
  spool: string,
  held: ReadonlySet<string>,
): Promise<readonly Held[]> {
  const names = await disk.list(spool);
  return names
    .filter((name) => OWN_NAME.test(name))
    .map((name) => path.join(spool, name))
    .filter((folder) => !held.has(folder))
    .flatMap((folder) => {
      const hold = tryHold(folder);
      return hold === undefined ? [] : [{ folder, hold }];
    });
}

/** The process that it belongs to may remove the folder at this very moment. */
function tryHold(folder: string): Hold | undefined {
  try {
    return holdDirectory(folder, () => undefined);
  } catch {
    return undefined;
  }
}

/** Lists the segments of a folder in the order they were written. */
export async function listSegments(disk: Disk, folder: string): Promise<readonly string[]> {
  const names = await disk.list(folder);
  return names.filter((name) => SEGMENT_NAME.test(name)).map((name) => path.join(folder, name));
}

/** Gives a folder back, and removes it where no segment is in it any more. */
export async function giveBack(disk: Disk, { folder, hold }: Held): Promise<void> {
  const isEmpty = (await listSegments(disk, folder)).length === 0;
  hold.release();
  if (isEmpty) await disk.removeFolder(folder);
}
