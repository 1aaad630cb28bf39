import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { CliContext } from "../context.ts";
import { CliError, EXIT, messageOf } from "../failure.ts";
import { countLineEnds } from "../save-stream.ts";

/** A list of recipients on disk, read through once. */
export interface ListFile {
  readonly file: string;
  readonly bytes: number;
  /** Its lines, titles among them; a cell that goes over several counts as several. */
  readonly lines: number;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
}

/** Bytes read at a time. */
const PIECE = 64 * 1024;

/** What a preview needs of a list at most. */
const PREVIEW_BYTES = 1024 * 1024;

const usage = (message: string, advice?: string): CliError =>
  new CliError(message, { code: EXIT.usage, ...(advice !== undefined && { advice }) });

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw usage(`${file} cannot be read (${messageOf(error)})`);
  });
  if (!found.isFile()) throw usage(`${file} is no file`, "save the list to a file first");
  if (found.size === 0)
    throw usage(`${file} is empty`, "the first line holds titles, each other one a person");
  return found.size;
}

/** Reads a list once, for its digest and the number of its lines. Throws a usage error for what is no list. */
export async function readListFile(
  file: string,
  { progress: startProgress, signal }: Pick<CliContext, "progress" | "signal">,
): Promise<ListFile> {
  const bytes = await sizeOf(file);
  const hash = createHash("sha256");
  const progress = startProgress(`reading ${file}`, "bytes");
  let read = 0;
  let lines = 0;
  let last = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: PIECE, signal })) {
      const piece: Uint8Array = chunk;
      hash.update(piece);
      read += piece.length;
      lines += countLineEnds(piece);
      last = piece.at(-1) ?? last;
      progress.update(read, bytes);
    }
  } finally {
    progress.stop();
  }
  const digest = hash.digest("hex");
  return { file, bytes, lines: last === 0x0a ? lines : lines + 1, digest };
}

/** The content of a list, piece by piece and no faster than it is taken; tells how many lines went out. */
export function listContent(
  { file }: Pick<ListFile, "file">,
  tell: (lines: number) => void,
): ReadableStream<Uint8Array> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let lines = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: PIECE })) {
      const piece: Uint8Array = chunk;
      yield piece;
      lines += countLineEnds(piece);
      tell(lines);
    }
  }
  return ReadableStream.from(pieces());
}

/** The beginning of a list. */
export async function listBeginning(file: string): Promise<ReadableStream<Uint8Array>> {
  await sizeOf(file);
  return Readable.toWeb(createReadStream(file, { end: PREVIEW_BYTES - 1 }));
}
