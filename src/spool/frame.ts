import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a segment begins with: the name and number of the format. */
const MAGIC = Buffer.from("PONTESP1", "latin1");

/** Bytes of the random word that each record of one segment begins with: nothing in a body can be mistaken for it. */
const WORD_BYTES = 8;

/** Bytes before the first record. */
export const SEGMENT_HEAD_BYTES = MAGIC.length + WORD_BYTES;

/** Bytes before a record's content: the word, the length, a sum over both, a sum over the content. */
export const FRAME_HEAD_BYTES = WORD_BYTES + 12;

/** A new segment's beginning. `word` goes before each of its records. */
export function beginSegment(): { readonly head: Buffer; readonly word: Buffer } {
  const word = randomBytes(WORD_BYTES);
  return { head: Buffer.concat([MAGIC, word]), word };
}

/** Writes a record as it stands in the segment that `word` belongs to. */
export function toFrame(word: Buffer, content: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + content.length);
  word.copy(frame, 0);
  frame.writeUInt32LE(content.length, WORD_BYTES);
  frame.writeUInt32LE(crc32(frame.subarray(0, WORD_BYTES + 4)), WORD_BYTES + 4);
  frame.writeUInt32LE(crc32(content), WORD_BYTES + 8);
  content.copy(frame, FRAME_HEAD_BYTES);
  return frame;
}

/** What a segment holds. */
export interface Scan {
  /** The contents of all whole records, in the order they were written. */
  readonly contents: readonly Buffer[];
  /** Bytes that were a record and are none any more: what was acknowledged may be in them. */
  readonly damaged: readonly Buffer[];
  /** Bytes at the end that a write left when it was cut off: nothing in them was ever acknowledged. */
  readonly tornBytes: number;
}

/**
 * Reads a segment. A write that a crash cut off leaves the beginning of a record, or zeros, at the end: those are left
 * out. Anything else that does not add up is damage, and the reading goes on at the next whole record.
 */
export function scanSegment(bytes: Buffer): Scan {
  if (bytes.length < SEGMENT_HEAD_BYTES || isZero(bytes))
    return { contents: [], damaged: [], tornBytes: bytes.length };
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return { contents: [], damaged: [bytes], tornBytes: 0 };
  const word = bytes.subarray(MAGIC.length, SEGMENT_HEAD_BYTES);
  const contents: Buffer[] = [];
  const damaged: Buffer[] = [];
  let at = SEGMENT_HEAD_BYTES;
  while (at < bytes.length) {
    const found = readFrame(bytes, at, word);
    if (found.kind === "torn") return { contents, damaged, tornBytes: bytes.length - at };
    if (found.kind === "whole") {
      contents.push(found.content);
      at = found.next;
      continue;
    }
    const next = nextWhole(bytes, at + 1, word) ?? bytes.length;
    damaged.push(bytes.subarray(at, next));
    at = next;
  }
  return { contents, damaged, tornBytes: 0 };
}

type Found =
  | { readonly kind: "whole"; readonly content: Buffer; readonly next: number }
  | { readonly kind: "torn" | "damaged" };

function readFrame(bytes: Buffer, at: number, word: Buffer): Found {
  const rest = bytes.subarray(at);
  const isBegun = rest.subarray(0, WORD_BYTES).equals(word.subarray(0, rest.length));
  if (rest.length < FRAME_HEAD_BYTES) return { kind: isBegun || isZero(rest) ? "torn" : "damaged" };
  const isHeadWhole = crc32(rest.subarray(0, WORD_BYTES + 4)) === rest.readUInt32LE(WORD_BYTES + 4);
  if (!isBegun || !isHeadWhole) return { kind: isZero(rest) ? "torn" : "damaged" };
  const end = FRAME_HEAD_BYTES + rest.readUInt32LE(WORD_BYTES);
  if (end > rest.length) return { kind: "torn" };
  const content = rest.subarray(FRAME_HEAD_BYTES, end);
  if (crc32(content) !== rest.readUInt32LE(WORD_BYTES + 8)) return { kind: "damaged" };
  return { kind: "whole", content, next: at + end };
}

function nextWhole(bytes: Buffer, from: number, word: Buffer): number | undefined {
  let at = bytes.indexOf(word, from);
  while (at !== -1) {
    if (readFrame(bytes, at, word).kind === "whole") return at;
    at = bytes.indexOf(word, at + 1);
  }
  return undefined;
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
