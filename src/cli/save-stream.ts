import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CliContext } from "./context.ts";
import { CliError, messageOf } from "./failure.ts";

/** Where an answer of the API goes: a file, or stdout where none is named. */
export interface Destination {
  readonly file: string | undefined;
  /** Rights of a new file; 0600 where it holds what is known of people. */
  readonly mode?: number;
}

/** Bytes and lines of what was saved. */
interface Saved {
  readonly bytes: number;
  readonly lines: number;
}

const LINE_END = 0x0a;

/** How often a byte is in a chunk. */
export function countLineEnds(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count += 1;
  return count;
}

/** Asks before a file is replaced. Returns whether to go on. */
export async function mayWrite(
  file: string | undefined,
  { confirm, output }: Pick<CliContext, "confirm" | "output">,
): Promise<boolean> {
  if (file === undefined || !existsSync(file)) return true;
  if (await confirm(`${file} exists. Replace it?`)) return true;
  output.note("Nothing was written.");
  return false;
}

/** Passes chunks on and counts them. */
async function* counted(
  body: ReadableStream<Uint8Array>,
  tell: (saved: Saved) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let lines = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    lines += countLineEnds(chunk);
    tell({ bytes, lines });
    yield chunk;
  }
}

function cannotWrite(file: string, error: unknown): CliError {
  return new CliError(`${file} cannot be written (${messageOf(error)})`, {
    advice: "is there such a folder, with room and the right to write in it? --out names another",
    cause: error,
  });
}

/** A name beside the file, which becomes the file once it is complete: nobody takes a half for the whole. */
async function saveAs(
  file: string,
  mode: number | undefined,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`);
  const handle = await open(temporary, "wx", mode).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
  try {
    await pipeline(chunks, handle.createWriteStream({ flush: true }), { signal });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Saves an answer as it comes, never whole in memory. A file gets its name when it is complete, and stays away where the
 * answer breaks off or Ctrl-C is pressed.
 */
export async function saveStream(
  { body }: Pick<Response, "body">,
  { file, mode }: Destination,
  context: Pick<CliContext, "terminal" | "progress" | "signal">,
): Promise<Saved> {
  let saved: Saved = { bytes: 0, lines: 0 };
  if (body === null) throw new CliError("the bridge answered without content");
  const progress = context.progress(file ?? "export", "lines");
  const chunks = counted(body, (now) => {
    saved = now;
    // On stdout the lines themselves show how far it has come.
    if (file !== undefined) progress.update(now.lines);
  });
  const { signal } = context;
  try {
    if (file === undefined) await pipeline(chunks, endless(context.terminal.stdout), { signal });
    else await saveAs(file, mode, chunks, signal);
  } finally {
    progress.stop();
  }
  return saved;
}

/** A stream that ends without ending what it writes to. */
function endless(stdout: NodeJS.WritableStream): Writable {
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      stdout.write(chunk, (error) => done(error));
    },
  });
}
