import type { Tokens } from "marked";
import { graphemeCount } from "../fit-text.ts";
import { NO_MARKS, printInline } from "./inline.ts";

/** Characters of fixed width that a narrow phone shows in one line of code. */
const PHONE_WIDTH = 32;

/** Prints a table as aligned code where it fits a phone, otherwise as `column: value` lines, one group per row. */
export function printTable(table: Tokens.Table): string {
  const rows = [table.header, ...table.rows].map((row) =>
    row.map((cell) => printInline(cell.tokens, NO_MARKS).trim()),
  );
  const plain = rows.every((row) => row.every((cell) => !/[\n`*_~]|https?:/.test(cell)));
  const aligned = alignRows(rows);
  const narrow = aligned.every((line) => graphemeCount(line) <= PHONE_WIDTH);
  return plain && narrow ? ["```", ...aligned, "```"].join("\n") : labelRows(rows);
}

function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    rows.reduce((widest, row) => Math.max(widest, graphemeCount(row[column] ?? "")), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - graphemeCount(cell)))
      .join("  ")
      .trimEnd(),
  );
}

function labelRows([header = [], ...rows]: readonly (readonly string[])[]): string {
  if (rows.length === 0) return header.join(", ");
  return rows
    .map((row) =>
      row
        .map((cell, column) => ({ cell, label: header[column] ?? "" }))
        .filter(({ cell }) => cell !== "")
        .map(({ cell, label }) => (label === "" ? cell : `${label}: ${cell}`))
        .join("\n"),
    )
    .join("\n\n");
}
