import { messages, type PGlite, protocol, types } from "@electric-sql/pglite";
import type { Row, SqlValue } from "./driver.ts";

const { serialize } = protocol;

/** Statements kept prepared; further ones are planned each time. The program has far fewer. */
const MAX_PREPARED = 500;

/** Writes one element of an array literal. Source: PostgreSQL manual, array input and output syntax. */
function arrayElement(value: string | number | boolean | null): string {
  if (value === null) return "NULL";
  return `"${String(value).replace(/[\\"]/g, "\\$&")}"`;
}

/** Writes a value in PostgreSQL's text format. */
function textFormat(value: SqlValue): string | null {
  if (value === null || typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return `{${value.map(arrayElement).join(",")}}`;
  return String(value);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Reads the rows of an answer, each column by its type; throws the database's error. */
function readRows(answer: readonly { readonly name: string }[]): readonly Row[] {
  const rows: Row[] = [];
  let columns: readonly { readonly name: string; readonly dataTypeID: number }[] = [];
  for (const message of answer) {
    if (message instanceof messages.DatabaseError) throw message;
    if (message instanceof messages.RowDescriptionMessage) columns = message.fields;
    if (message instanceof messages.DataRowMessage)
      rows.push(
        Object.fromEntries(
          message.fields.map((field, index): [string, unknown] => {
            const column = columns[index];
            if (column === undefined) throw new Error("a row has more columns than described");
            return [column.name, types.parseType(field, column.dataTypeID)];
          }),
        ),
      );
  }
  return rows;
}

/**
 * Runs statements on PGlite's one session as named prepared statements: planning one of ours takes PGlite several
 * milliseconds, running it a fraction of one. The caller must let one statement end before it starts the next.
 */
export function createPreparedSession(pglite: PGlite) {
  const names = new Map<string, string>();

  const send = async (parts: readonly Uint8Array[]): Promise<readonly Row[]> => {
    const { messages: answer } = await pglite.execProtocol(concat(parts), { throwOnError: false });
    return readRows(answer);
  };

  const nameOf = async (text: string): Promise<string> => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = names.size < MAX_PREPARED ? `ponte_${names.size}` : "";
    await send([serialize.parse({ name, text }), serialize.sync()]);
    if (name !== "") names.set(text, name);
    return name;
  };

  return async (text: string, values: readonly SqlValue[]): Promise<readonly Row[]> => {
    const statement = await nameOf(text);
    return send([
      serialize.bind({ statement, values: values.map(textFormat) }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
      serialize.sync(),
    ]);
  };
}
