import { BridgeError } from "../../errors.ts";
import { type ColumnChoice, type ColumnMap, mapColumns } from "./columns.ts";
import { decodeText, type Encoding } from "./decode.ts";
import { type CsvRecord, type Delimiter, openCsv } from "./read-csv.ts";
import { type ImportRow, readRecord } from "./read-row.ts";

/** How a caller wants a CSV file to be read; what is absent is found out. */
export interface CsvChoice extends ColumnChoice {
  readonly delimiter: Delimiter | undefined;
  readonly encoding: Encoding;
  readonly country: string | undefined;
}

/** A CSV file whose columns are known and whose lines are still to be read. */
export interface CsvList {
  readonly columns: ColumnMap;
  readonly delimiter: Delimiter;
  readonly encoding: () => Exclude<Encoding, "auto">;
  readonly rows: AsyncIterable<ImportRow>;
}

/**
 * Opens a CSV file: reads as much of it as tells its columns. Throws `request_invalid` where there is nothing in it or a
 * column is missing.
 */
export async function openList(
  source: AsyncIterable<Uint8Array>,
  choice: CsvChoice,
): Promise<CsvList> {
  const { text, encoding } = decodeText(source, choice.encoding);
  const { delimiter, records } = await openCsv(text, choice.delimiter);
  const iterator = records[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done === true) throw new BridgeError("request_invalid", "the file is empty");
    const columns = mapColumns(first.value.cells, choice);
    const pending = choice.header ? [] : [first.value];
    const rows = readRows(pending, iterator, columns, choice.country);
    return { columns, delimiter, encoding, rows };
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

async function* readRows(
  pending: readonly CsvRecord[],
  rest: AsyncIterator<CsvRecord>,
  columns: ColumnMap,
  country: string | undefined,
): AsyncGenerator<ImportRow> {
  try {
    for (const record of pending) {
      const row = readRecord(record, columns, country);
      if (row !== undefined) yield row;
    }
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      const row = readRecord(next.value, columns, country);
      if (row !== undefined) yield row;
    }
  } finally {
    await rest.return?.();
  }
}
