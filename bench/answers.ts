/** Reads the answers of one connection, which may come in any number of pieces. */
export type AnswerReader = (piece: Buffer) => void;

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");

/** Where a chunked body that begins at `start` ends; undefined while some of it is missing. Source: RFC 9112, section 7.1. */
function chunkedEnd(bytes: Buffer, start: number): number | undefined {
  for (let at = start; ;) {
    const line = bytes.indexOf(LINE_END, at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    const next = line + size + 2 * LINE_END.length;
    if (bytes.length < next) return undefined;
    if (size === 0) return next;
    at = next;
  }
}

/** How many bytes follow the head; "chunked" where only the last chunk tells. Throws where nothing tells. */
function bodyLength(head: string, status: number): number | "chunked" {
  if (status === 204 || status === 304) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return "chunked";
  throw new Error(`an answer without a length: ${head.slice(0, 200)}`);
}

/** Where the first whole answer in `bytes` ends, and its status; undefined while some of it is missing. */
function firstAnswer(bytes: Buffer): { readonly status: number; readonly end: number } | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const start = headEnd + HEAD_END.length;
  const length = bodyLength(head, status);
  const end = length === "chunked" ? chunkedEnd(bytes, start) : start + length;
  return end === undefined || bytes.length < end ? undefined : { status, end };
}

/** Makes a reader that calls `onAnswer` with the status of each whole answer. It keeps nothing of a piece that was used up. */
export function createAnswerReader(onAnswer: (status: number) => void): AnswerReader {
  let kept: Buffer | undefined;
  return (piece) => {
    let bytes = kept === undefined ? piece : Buffer.concat([kept, piece]);
    kept = undefined;
    while (bytes.length > 0) {
      const answer = firstAnswer(bytes);
      if (answer === undefined) {
        kept = Buffer.from(bytes);
        return;
      }
      bytes = bytes.subarray(answer.end);
      onAnswer(answer.status);
    }
  };
}
