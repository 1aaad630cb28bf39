import { tableText } from "../terminal.ts";
import type { ImportResult, ListPreview } from "./rows.ts";

/** Characters of a cell in a table. */
const CELL = 40;

const cell = (text: string): string => (text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text);

/** How a list would be read, and the first messages. */
export function previewText(preview: ListPreview, messages: readonly string[]): string {
  const { delimiter, encoding, columns, params, rows } = preview;
  const facts = [
    ["delimiter", delimiter ?? "-"],
    ["encoding", encoding ?? "-"],
    ["number", columns?.to ?? "-"],
    ["name", columns?.name ?? "none"],
    ["language", columns?.language ?? "none"],
    ["placeholders", params.join(", ") || "none"],
  ];
  const width = Math.max(...facts.map(([name = ""]) => name.length));
  const lines = facts.map(([name = "", value = ""]) => `${name.padEnd(width)}  ${value}`);
  const table = tableText(
    ["line", "to", ...params, "problem"],
    rows.map((row) => [
      String(row.line),
      row.to,
      ...params.map((param) => cell(row.params[param] ?? "")),
      row.problem ?? "",
    ]),
  );
  const shown = preview.messages.map(({ line, missing, problems }, index) => {
    const faults = [
      ...missing.map((name) => `no value for {{${name}}}: would be left out`),
      ...problems,
    ];
    const marks = faults.map((fault) => `  ! ${fault}`);
    return [`To line ${line}:`, indent(messages[index] ?? ""), ...marks].join("\n");
  });
  return [...lines, "", table, "", ...shown].join("\n");
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** What became of a list, in one line. */
export function importText(result: ImportResult): string {
  const { rows_read: read, added, duplicate, invalid, opted_out: optedOut } = result;
  const rest = [
    [duplicate, "there already"],
    [invalid, "refused"],
    [optedOut, "want no messages"],
  ] as const;
  const parts = rest.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [`${read} lines read: ${added} added`, ...parts].join(", ");
}

/** Lines about people who are there already that are shown; a list that is completed has many. */
const DUPLICATES = 3;

/** The first lines that added nobody, as far as they say something new. */
export function problemsToShow({ problems }: Pick<ImportResult, "problems">) {
  const isDuplicate = ({ outcome }: { outcome: string }): boolean => outcome === "duplicate";
  const few = new Set(problems.filter(isDuplicate).slice(0, DUPLICATES));
  return problems.filter((line) => !isDuplicate(line) || few.has(line));
}

/** Lines that added nobody as a table. */
export function problemsText(problems: ImportResult["problems"]): string {
  return tableText(
    ["line", "outcome", "value", "why"],
    problems.map(({ line, outcome, value, detail }) => [
      String(line),
      outcome,
      cell(value),
      detail,
    ]),
  );
}
