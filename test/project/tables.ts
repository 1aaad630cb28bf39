import { readFileSync } from "node:fs";

/** The first cells of the tables of a Markdown text, or of one of its sections. */
export function firstCells(file: string, heading?: string): readonly (readonly string[])[] {
  return section(readFileSync(file, "utf8"), heading)
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The part of a text from a heading to the next one of the same level. */
function section(text: string, heading: string | undefined): string {
  if (heading === undefined) return text;
  const [, after] = text.split(`\n## ${heading}\n`);
  if (after === undefined) throw new Error(`there is no heading ${heading}`);
  return after.split("\n## ")[0] ?? "";
}

/** The environment variables that a text names in code marks. */
export const variablesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)`/g)].map(([, name = ""]) => name);
