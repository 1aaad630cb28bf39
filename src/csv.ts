/** How a spreadsheet program is to read a table: which sign parts the cells, and whether a mark says that it is UTF-8. */
export interface CsvStyle {
  readonly delimiter: "," | ";";
  readonly bom: boolean;
}

/** As most programs read it. Source: RFC 4180. */
export const PLAIN_CSV: CsvStyle = { delimiter: ",", bom: false };

/** As Excel opens it by a double click where the comma is the decimal sign, Brazil among them. */
export const EXCEL_CSV: CsvStyle = { delimiter: ";", bom: true };

/**
 * What a spreadsheet program may take for the beginning of a formula, wide forms among it, behind any number of
 * apostrophes: so that taking one away gives back what was written. Source: OWASP, CSV injection.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Makes a cell that no program runs: an apostrophe before what could be a formula, phone numbers with `+` among it. */
export function inertCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe away that `inertCell` has put before a cell. */
export function bareCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** Every sign that some program parts cells by is quoted, so that no cell begins in the middle of another. */
const NEEDS_QUOTES = /[",;\t|\r\n]|^\s|\s$/;

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Cells = readonly (string | number | null | undefined)[];

/** Writes one line of a table, its end included; null and undefined are empty cells. */
export function csvLine(
  cells: Cells,
  { delimiter }: Pick<CsvStyle, "delimiter"> = PLAIN_CSV,
): string {
  const texts = cells.map((cell) => quoted(inertCell(`${cell ?? ""}`)));
  return `${texts.join(delimiter)}\r\n`;
}

/** Writes a table, its title line first; a piece of text for each page of rows. */
export async function* csvTable(
  titles: readonly string[],
  pages: AsyncIterable<readonly Cells[]>,
  style: CsvStyle,
): AsyncGenerator<string> {
  yield `${style.bom ? "\uFEFF" : ""}${csvLine(titles, style)}`;
  for await (const rows of pages)
    if (rows.length > 0) yield rows.map((cells) => csvLine(cells, style)).join("");
}
