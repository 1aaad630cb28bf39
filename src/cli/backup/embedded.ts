import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  readdirSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { lockDirectory } from "../../db/data-lock.ts";
import { openHeld } from "../../db/embedded.ts";
import { systemCode } from "../system-code.ts";
import { describeDatabase, MANIFEST, type Manifest, readManifest } from "./manifest.ts";
import type { OutFile } from "./out-file.ts";
import { runProgram } from "./run-program.ts";

/** What shows how far it is and stops it. */
export interface Under {
  readonly signal: AbortSignal;
  readonly onBytes: (done: number, total: number) => void;
}

const TAR = { name: "tar", install: "install tar (Debian: `apt-get install tar`)" };

/** What belongs to a process or to an earlier restore, and not to the data. */
const LEFT_OUT = ["ponte.lock*", "restoring", "restored", "replaced-*"];

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function counter(total: number, { onBytes }: Under): Transform {
  let done = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      done += chunk.length;
      onBytes(Math.min(done, total), total);
      next(null, chunk);
    },
  });
}

/** Opens the database once: what a crash left unfinished is brought in order, and a damaged one is not taken for a backup. */
async function inspect(dataDir: string): Promise<Manifest> {
  const db = await openHeld(dataDir);
  try {
    return await describeDatabase(db, "embedded");
  } finally {
    await db.close();
  }
}

/** Packs the data folder, which nobody else may have open meanwhile. Throws `store_locked`. */
export async function backUpFolder(dataDir: string, out: OutFile, under: Under): Promise<Manifest> {
  const release = lockDirectory(dataDir);
  const scratch = mkdtempSync(path.join(tmpdir(), "ponte-backup-"));
  try {
    const manifest = await inspect(dataDir);
    under.signal.throwIfAborted();
    writeFileSync(path.join(scratch, MANIFEST), JSON.stringify(manifest, null, 2));
    const excluded = LEFT_OUT.map((name) => `--exclude=./${name}`);
    const args = [
      "-cf",
      "-",
      ...excluded,
      "-C",
      scratch,
      MANIFEST,
      "-C",
      path.resolve(dataDir),
      ".",
    ];
    const tar = runProgram({ ...TAR, args, signal: under.signal });
    await Promise.all([
      tar.ended,
      pipeline(
        tar.stdout,
        counter(sizeOf(dataDir), under),
        createGzip(),
        createWriteStream(out.draft, { mode: 0o600, flags: "w" }),
      ),
    ]);
    out.finish();
    return manifest;
  } catch (error) {
    out.discard();
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    release();
  }
}

/**
 * A program that read all of its input may be gone before the stream has seen that its end was taken; whether it did its work
 * is in its exit code. What is wrong with the file itself comes from another stream, and stays an error.
 */
function unlessItClosed(error: unknown): void {
  const code = systemCode(error);
  if (code !== "ERR_STREAM_PREMATURE_CLOSE" && code !== "EPIPE") throw error;
}

/** Unpacks an archive into a folder of its own; returns what it says of itself. */
export async function unpack(file: string, folder: string, under: Under): Promise<Manifest> {
  const tar = runProgram({ ...TAR, args: ["-xpf", "-", "-C", folder], signal: under.signal });
  const total = statSync(file).size;
  const fed = pipeline(createReadStream(file), counter(total, under), createGunzip(), tar.stdin);
  await Promise.all([fed.catch(unlessItClosed), tar.ended]);
  const manifest = path.join(folder, MANIFEST);
  const told = readManifest(existsSync(manifest) ? readFileSync(manifest, "utf8") : "", file);
  rmSync(manifest);
  return told;
}
