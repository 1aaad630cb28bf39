import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BridgeError } from "../../errors.ts";

/** The signs that may part cells, by the name that a query may give them. */
export const DELIMITERS = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" } as const;

export type Delimiter = (typeof DELIMITERS)[keyof typeof DELIMITERS];

/** One record of a table with the line on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table whose beginning was read. */
export interface OpenedCsv {
  readonly delimiter: Delimiter;
  readonly records: AsyncIterable<CsvRecord>;
}

/** Characters looked at to find the delimiter; no title line is longer. */
const HEAD_LENGTH = 65_536;

/** Bytes of one record. A quote that is never closed would take the rest of the file for one. */
const MAX_RECORD_BYTES = 65_536;

const LINE_ENDS = ["\r\n", "\n", "\r"];
const LINE_END = /\r\n|\n|\r/g;

/** Excel's own way to name the delimiter, above the table. */
const SEPARATOR_LINE = /^sep=(.)(?:\r\n|\n|\r)/i;

/** Opens a table; throws `request_invalid` while reading where a quote is never closed. */
export async function openCsv(
  text: AsyncIterable<string>,
  wanted: Delimiter | undefined,
): Promise<OpenedCsv> {
  const source = text[Symbol.asyncIterator]();
  let head = "";
  let isDone = false;
  while (head.length < HEAD_LENGTH && !isDone) {
    const next = await source.next();
    if (next.done === true) isDone = true;
    else head += next.value;
  }
  const separator = SEPARATOR_LINE.exec(head);
  const body = separator === null ? head : head.slice(separator[0].length);
  const named = Object.values(DELIMITERS).find((sign) => sign === separator?.[1]);
  const delimiter = wanted ?? named ?? findDelimiter(body);
  async function* chunks(): AsyncGenerator<string> {
    yield body;
    for (;;) {
      const next = await source.next();
      if (next.done === true) return;
      yield next.value;
    }
  }
  return { delimiter, records: readRecords(chunks(), delimiter, separator === null ? 0 : 1) };
}

/** The sign that parts most cells of the first line that says anything; the comma where there is only one cell. */
function findDelimiter(text: string): Delimiter {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const sign of text.trimStart()) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (sign === "\n" || sign === "\r")) break;
    else if (!isQuoted) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  const signs = Object.values(DELIMITERS);
  return signs.reduce((best, sign) =>
    (counts.get(sign) ?? 0) > (counts.get(best) ?? 0) ? sign : best,
  );
}

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** What the parser gives with `info`; its own types say it gives anything. */
function isParsed(value: unknown): value is Parsed {
  return typeof value === "object" && value !== null && "info" in value && "record" in value;
}

async function* readRecords(
  chunks: AsyncIterable<string>,
  delimiter: Delimiter,
  linesBefore: number,
): AsyncGenerator<CsvRecord> {
  let broken: { readonly after: number; readonly error: unknown } | undefined;
  // Loaded with the first table.
  const { parse } = await import("csv-parse");
  const parser = parse({
    delimiter,
    record_delimiter: LINE_ENDS,
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    // An error thrown by the parser would take the records with it that wait to be read.
    skip_records_with_error: true,
    on_skip: (error) => {
      broken ??= { after: parser.info.records, error };
    },
  });
  async function* untilBroken(): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      if (broken !== undefined) return;
      yield chunk;
    }
  }
  // A failure of the source ends the parser with the same error, which the loop below throws.
  const feeding = pipeline(Readable.from(untilBroken()), parser).catch(() => undefined);
  let count = 0;
  let lastLine = linesBefore;
  for await (const parsed of parser) {
    if (broken !== undefined && count >= broken.after) break;
    if (!isParsed(parsed)) throw new Error("the parser gave no record");
    const { info, record } = parsed;
    const inner = record.reduce((sum, cell) => sum + (cell.match(LINE_END)?.length ?? 0), 0);
    count += 1;
    lastLine = info.lines + linesBefore;
    yield { line: lastLine - inner, cells: record };
  }
  await feeding;
  if (broken === undefined) return;
  const detail = `the record that begins after line ${lastLine} does not end: it has a quote that is never closed, or more than ${MAX_RECORD_BYTES} bytes`;
  throw new BridgeError("request_invalid", detail, { cause: broken.error });
}
