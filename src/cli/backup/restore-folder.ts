import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { lockDirectory } from "../../db/data-lock.ts";
import { openHeld, RESTORED_FOLDER } from "../../db/embedded.ts";
import { CliError } from "../failure.ts";
import { type Under, unpack } from "./embedded.ts";
import { type Manifest, verifyRows } from "./manifest.ts";

/** What a restore came to. */
export interface Restored {
  readonly manifest: Manifest;
  readonly rows: number;
  /** Where what was there before is now. */
  readonly replaced: string | undefined;
}

const RESTORING = "restoring";

/** What the data folder holds beside the lock and the traces of restores. */
const contentOf = (dataDir: string): readonly string[] =>
  readdirSync(dataDir).filter(
    (name) =>
      !name.startsWith("ponte.lock") &&
      !name.startsWith("replaced-") &&
      name !== RESTORING &&
      name !== RESTORED_FOLDER,
  );

async function verify(folder: string, manifest: Manifest): Promise<number> {
  const db = await openHeld(folder);
  try {
    return await verifyRows(db, manifest);
  } finally {
    await db.close();
  }
}

/** Moves the new files to where the old ones were. While `restored` is there, no bridge starts on the half of it. */
function swap(dataDir: string): string | undefined {
  const old = contentOf(dataDir);
  const ready = path.join(dataDir, RESTORED_FOLDER);
  renameSync(path.join(dataDir, RESTORING), ready);
  const name = `replaced-${new Date().toISOString().replaceAll(":", "")}`;
  const aside = path.join(dataDir, name);
  if (old.length > 0) mkdirSync(aside);
  for (const entry of old) renameSync(path.join(dataDir, entry), path.join(aside, entry));
  for (const entry of readdirSync(ready))
    renameSync(path.join(ready, entry), path.join(dataDir, entry));
  rmdirSync(ready);
  return old.length > 0 ? aside : undefined;
}

/**
 * Unpacks a backup beside what is in the data folder, opens and compares it, and only then puts it in its place. What was
 * there is kept aside. Throws `store_locked`.
 */
export async function restoreFolder(
  { file, dataDir, force }: { file: string; dataDir: string; force: boolean },
  under: Under,
): Promise<Restored> {
  const release = lockDirectory(dataDir);
  try {
    const isHalf = readdirSync(dataDir).includes(RESTORED_FOLDER);
    if (contentOf(dataDir).length > 0 && !force && !isHalf)
      throw new CliError(`there is data in ${dataDir} already`, {
        advice:
          "give --force to put the backup in its place (what is there is kept aside), or name another folder in PONTE_DATA_DIR",
      });
    const folder = path.join(dataDir, RESTORING);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    try {
      const manifest = await unpack(file, folder, under);
      const rows = await verify(folder, manifest);
      under.signal.throwIfAborted();
      rmSync(path.join(dataDir, RESTORED_FOLDER), { recursive: true, force: true });
      return { manifest, rows, replaced: swap(dataDir) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    release();
  }
}
