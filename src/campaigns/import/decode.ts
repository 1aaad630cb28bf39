import { BridgeError } from "../../errors.ts";

/** The encodings of lists; `auto` finds out. */
export const ENCODINGS = ["auto", "utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** A list as text, with the encoding that was found in it. */
export interface DecodedText {
  readonly text: AsyncIterable<string>;
  /** Known once the first sign beyond ASCII was read; UTF-8 until then. */
  readonly encoding: () => Exclude<Encoding, "auto">;
}

const MARKS: readonly { readonly encoding: Exclude<Encoding, "auto">; readonly bytes: Buffer }[] = [
  { encoding: "utf-8", bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { encoding: "utf-16le", bytes: Buffer.from([0xff, 0xfe]) },
  { encoding: "utf-16be", bytes: Buffer.from([0xfe, 0xff]) },
];

const LONGEST_MARK = 3;

/** Whether bytes are UTF-8; where more follow, a sign that is cut off at the end counts as one. */
function isUtf8(bytes: Uint8Array, hasMore: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: hasMore });
    return true;
  } catch {
    return false;
  }
}

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);

/**
 * Reads bytes as text. Where the encoding is to be found, a byte order mark says it; without one, ASCII is the same in all,
 * and the first bytes beyond it are either UTF-8 or, as Excel in Brazil saves them, windows-1252. What is not of the
 * encoding becomes U+FFFD, for the reader to refuse line by line. Throws `request_malformed` for a promised mark that is
 * another's.
 */
export function decodeText(source: AsyncIterable<Uint8Array>, wanted: Encoding): DecodedText {
  let found: Exclude<Encoding, "auto"> = wanted === "auto" ? "utf-8" : wanted;
  async function* read(): AsyncGenerator<string> {
    let decoder = wanted === "auto" ? undefined : new TextDecoder(wanted);
    let held: Uint8Array = new Uint8Array();
    let isStart = true;
    for await (const part of source) {
      let chunk: Uint8Array = held.length > 0 ? Buffer.concat([held, part]) : part;
      held = new Uint8Array();
      if (isStart) {
        if (chunk.length < LONGEST_MARK) {
          held = chunk;
          continue;
        }
        isStart = false;
        const marked = findMark(chunk);
        refuseOtherMark(wanted, marked);
        if (marked !== undefined && decoder === undefined) {
          found = marked;
          decoder = new TextDecoder(marked);
        }
      }
      if (decoder === undefined && !isAscii(chunk)) {
        // A sign may be cut off at the end of the chunk: whether it is one, the next bytes tell.
        const cut = undecidedFrom(chunk);
        held = chunk.subarray(cut);
        chunk = chunk.subarray(0, cut);
        if (!isAscii(chunk)) {
          found = isUtf8(chunk, true) ? "utf-8" : "windows-1252";
          decoder = new TextDecoder(found);
          chunk = Buffer.concat([chunk, held]);
          held = new Uint8Array();
        }
      }
      if (chunk.length > 0)
        yield decoder?.decode(chunk, { stream: true }) ?? Buffer.from(chunk).toString("latin1");
    }
    if (decoder === undefined) {
      found = isUtf8(held, false) ? "utf-8" : "windows-1252";
      decoder = new TextDecoder(found);
    }
    const rest = decoder.decode(held);
    if (rest !== "") yield rest;
  }
  return { text: read(), encoding: () => found };
}

function findMark(bytes: Uint8Array): Exclude<Encoding, "auto"> | undefined {
  return MARKS.find((mark) => mark.bytes.equals(bytes.subarray(0, mark.bytes.length)))?.encoding;
}

function refuseOtherMark(wanted: Encoding, marked: string | undefined): void {
  if (wanted === "auto" || marked === undefined || marked === wanted) return;
  throw new BridgeError("request_malformed", `the file says it is ${marked}, not ${wanted}`);
}

/** Bytes of the longest UTF-8 sign that may be cut off. */
const CUT_OFF = 3;

/** Where at the end of a chunk a sign begins that may go on in the next one. */
function undecidedFrom(chunk: Uint8Array): number {
  const from = Math.max(0, chunk.length - CUT_OFF);
  const lead = chunk.subarray(from).findIndex((byte) => byte >= 0xc0);
  return lead < 0 ? chunk.length : from + lead;
}
