import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { StoredBytes } from "../media/store.ts";

/** Writes a file's bytes; a reader that takes nothing for `idleMs` milliseconds is let go. */
export async function sendBytes(
  response: Response,
  { chunks }: StoredBytes,
  idleMs: number,
): Promise<void> {
  response.setTimeout(idleMs, () => response.destroy());
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), response);
  } catch (error) {
    // A reader that went away is no failure; a store that broke off is, and the answer is cut to show it.
    if (!isReaderGone(error)) throw error;
  }
}

function isReaderGone(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_STREAM_PREMATURE_CLOSE"
  );
}

/** Says how a file is to be taken. Both spellings of its name, as RFC 6266 asks: old readers take the first, plain ASCII. */
export function disposition(how: "inline" | "attachment", name: string): string {
  const plain = name.normalize("NFD").replaceAll(/[^\x20-\x7e]/g, "");
  return `${how}; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
