import { BridgeError } from "../../errors.ts";

/** Characters of one line, beyond which the stream is given up: no message of a bot is that long. */
export const MAX_LINE_LENGTH = 1_000_000;

/**
 * Cuts a UTF-8 stream into its lines, without their line ends; blank lines are left out and the last line needs no end.
 * Throws `answer_unreadable` for a line over `MAX_LINE_LENGTH` characters.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.map(withinLimit).filter(isWritten);
    withinLimit(rest);
  }
  yield* [withinLimit(rest + decoder.decode())].filter(isWritten);
}

function withinLimit(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  throw new BridgeError("answer_unreadable", "a line of Rasa's stream is too long");
}

function isWritten(line: string): boolean {
  return line.trim() !== "";
}
