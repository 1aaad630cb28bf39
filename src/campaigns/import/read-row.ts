import { bareCell } from "../../csv.ts";
import { matchKey } from "../../identity.ts";
import type { Identity } from "../../messages.ts";
import { readIdentity } from "../../phone.ts";
import type { ColumnMap } from "./columns.ts";
import type { CsvRecord } from "./read-csv.ts";

/** A line of a list: somebody to write to, or why it is nobody. */
export type ImportRow =
  | {
      readonly kind: "recipient";
      readonly line: number;
      /** As it was written. */
      readonly value: string;
      readonly identity: Identity;
      readonly key: string;
      readonly name: string | null;
      readonly language: string | null;
      readonly params: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "invalid";
      readonly line: number;
      readonly value: string;
      readonly problem: string;
    };

/** Characters of a name. */
const MAX_NAME = 200;

/** Characters kept of what stood where a number should be. */
const MAX_VALUE = 100;

const LANGUAGE = /^[a-z]{2,3}([_-][A-Za-z]{2})?$/;

/** What Excel makes of a long number in a cell that is not of the type text. */
const ROUNDED = /^\+?\d([.,]\d+)?E\+?\d+$/i;

/** What becomes of bytes that are not of the file's encoding. */
const UNREADABLE = "\uFFFD";

/** What is wrong with a line, by a word of our own. */
export const PROBLEMS = {
  cells: "has more cells than the title line: a delimiter inside a text needs quotes around it",
  encoding: "has signs that cannot be read: say which encoding the file has with ?encoding=",
  rounded: "was rounded by Excel: make the column a text, write the numbers again and save",
  name: `has a name of more than ${MAX_NAME} characters`,
  language: "has a language that is not one such as pt_BR",
  shape: "is not {to, name, language, params} with texts",
} as const;

function clean(cell: string): string {
  return cell.replaceAll("\u0000", "").normalize("NFC").trim();
}

/** What a line says of one person, whatever it was written in. */
export interface RowFields {
  readonly to: string;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads what a line says of one person. */
export function readFields(
  line: number,
  fields: RowFields,
  country: string | undefined,
): ImportRow {
  const value = bareCell(clean(fields.to));
  const refuse = (problem: string): ImportRow => {
    return { kind: "invalid", line, value: value.slice(0, MAX_VALUE), problem };
  };
  const name = clean(fields.name ?? "");
  const language = clean(fields.language ?? "");
  const params = Object.fromEntries(
    Object.entries(fields.params).map(([key, text]) => [clean(key), clean(text)]),
  );
  if (`${value}${name}${Object.values(params).join("")}`.includes(UNREADABLE))
    return refuse(PROBLEMS.encoding);
  if (ROUNDED.test(value)) return refuse(PROBLEMS.rounded);
  const read = readIdentity(value, country);
  if (read.kind === "unreadable") return refuse(read.problem);
  if (name.length > MAX_NAME) return refuse(PROBLEMS.name);
  if (language !== "" && !LANGUAGE.test(language)) return refuse(PROBLEMS.language);
  const { identity } = read;
  return {
    kind: "recipient",
    line,
    value: value.slice(0, MAX_VALUE),
    identity,
    key: matchKey(identity),
    name: name === "" ? null : name,
    language: language === "" ? null : language,
    params,
  };
}

/**
 * Reads a record of a table; undefined where all its cells are empty. One with fewer cells lacks the last values, one with
 * more has a delimiter where none should be: its cells would be another column's.
 */
export function readRecord(
  { line, cells }: CsvRecord,
  map: ColumnMap,
  country: string | undefined,
): ImportRow | undefined {
  if (cells.every((cell) => clean(cell) === "")) return undefined;
  const to = cells[map.to] ?? "";
  if (cells.slice(map.width).some((cell) => clean(cell) !== ""))
    return { kind: "invalid", line, value: clean(to).slice(0, MAX_VALUE), problem: PROBLEMS.cells };
  const params = map.params.flatMap(({ index, title }) => {
    const cell = cells[index];
    return cell === undefined ? [] : [[title, cell] as const];
  });
  const at = (index: number | undefined) => (index === undefined ? undefined : cells[index]);
  const fields = { to, name: at(map.name), language: at(map.language) };
  return readFields(line, { ...fields, params: Object.fromEntries(params) }, country);
}
