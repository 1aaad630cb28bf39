import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { BridgeError } from "../errors.ts";
import { checkedKey, type MediaStore, type StoredBytes } from "./store.ts";

/** Unfinished files older than this belong to a process that died. */
const UNFINISHED_MS = 3_600_000;

const CHUNK_BYTES = 64 * 1024;

/** Builds the store that keeps files in a folder, readable by this user alone. The folder is made when it is needed. */
export function createDiskStore(folder: string): MediaStore {
  const unfinished = path.join(folder, "unfinished");
  const pathOf = (key: string): string => path.join(folder, checkedKey(key));
  return {
    put: (key, bytes) => {
      const target = pathOf(key);
      return named(() => writeSafely(target, unfinished, bytes));
    },
    open: (key) => {
      const target = pathOf(key);
      return named(() => openFile(target));
    },
    remove: (key) => {
      const target = pathOf(key);
      return named(() => rm(target, { force: true }));
    },
    tidy: () => named(() => removeOld(unfinished)),
  };
}

/**
 * Nobody ever sees half a file: it is written under another name, flushed to the disk and then renamed; flushing the
 * folder makes the new name itself survive a power cut.
 */
async function writeSafely(target: string, unfinished: string, bytes: Uint8Array): Promise<void> {
  const parent = path.dirname(target);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const temporary = path.join(unfinished, randomUUID());
  try {
    await withFile(temporary, "wx", async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await withFile(parent, "r", (opened) => opened.sync());
}

async function withFile(
  target: string,
  flags: string,
  work: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(target, flags, 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

async function openFile(target: string): Promise<StoredBytes | undefined> {
  const found = await stat(target).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  return found && { sizeBytes: found.size, chunks: readFile(target) };
}

/** The file is opened by the first read, so that bytes nobody asks for hold nothing open. */
async function* readFile(target: string): AsyncGenerator<Uint8Array> {
  const file = await named(() => open(target, "r"));
  try {
    for (;;) {
      const { bytesRead, buffer } = await named(() =>
        file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES),
      );
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function removeOld(unfinished: string): Promise<void> {
  const names = await readdir(unfinished).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  for (const name of names) {
    const target = path.join(unfinished, name);
    const age = await stat(target).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > UNFINISHED_MS) await rm(target, { force: true });
  }
}

/** Names what the file system refuses: a full disk, a folder that may not be written. */
async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    throw new BridgeError("store_unavailable", `the folder of files failed: ${code}`, { cause });
  }
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
