import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../failure.ts";
import { systemCode } from "../system-code.ts";
import type { PlannedFile } from "./plan.ts";

/** What became of one file. */
export interface Written {
  readonly path: string;
  readonly outcome: "wrote" | "replaced" | "kept" | "would write" | "would change";
  readonly about?: string;
}

export interface WriteOptions {
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** Writes the files of a plan, each whole or not at all; Ctrl-C stops between two of them. */
export async function writeFiles(
  plan: readonly PlannedFile[],
  options: WriteOptions,
): Promise<readonly Written[]> {
  const written: Written[] = [];
  for (const file of plan) {
    options.signal.throwIfAborted();
    written.push(await settle(file, options));
  }
  return written;
}

async function settle(file: PlannedFile, { force, dryRun }: WriteOptions): Promise<Written> {
  const { path: name, state, about } = file;
  const told = { path: name, ...(about !== undefined && { about }) };
  if (state === "keep") return { path: name, outcome: "kept" };
  if (state === "differs" && !force) return { ...told, outcome: "would change" };
  if (dryRun) return { ...told, outcome: state === "write" ? "would write" : "would change" };
  try {
    if (state === "write") {
      await writeWhole(file);
      return { path: name, outcome: "wrote" };
    }
    const copy = await keepCopy(name);
    await writeWhole(file);
    return { path: name, outcome: "replaced", about: `the old one is ${copy}` };
  } catch (error) {
    throw explain(error, name);
  }
}

/** Keeps what was there, under a name that nothing has. */
async function keepCopy(name: string): Promise<string> {
  const names = ["", "2", "3", "4", "5", "6", "7", "8", "9"].map(
    (number) => `${name}.bak${number}`,
  );
  const free =
    names.find((one) => !existsSync(one)) ?? `${name}.bak-${randomBytes(4).toString("hex")}`;
  await copyFile(name, free);
  return free;
}

/** Writes beside the place and renames: whoever looks finds the whole file or none. */
async function writeWhole({ path: name, text, mode }: PlannedFile): Promise<void> {
  const folder = path.dirname(name);
  await mkdir(folder, { recursive: true });
  const draft = path.join(folder, `.${path.basename(name)}.${randomBytes(6).toString("hex")}.new`);
  try {
    const handle = await open(draft, "wx", mode);
    try {
      await handle.writeFile(text);
      // The mode of a new file is cut by the umask.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, name);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** What the system's refusals mean. Source: Node.js system errors. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the disk is read only",
  ENOTDIR: "a file is where a folder should be",
  EEXIST: "a file is where a folder should be",
  EISDIR: "a folder is in its place",
  ENOSPC: "the disk is full",
};

function explain(error: unknown, name: string): unknown {
  const code = systemCode(error);
  const why = REFUSALS[code];
  if (why === undefined) return error;
  return new CliError(`${name} cannot be written: ${why} (${code})`, {
    advice:
      "run it in a folder that you may write to; what was written before stays, and a second run goes on from there",
    cause: error,
  });
}
