import type { Output } from "../terminal.ts";
import type { Check } from "./check.ts";

const COLOURS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Columns of a line where the terminal does not say, and at most. */
const USUAL_WIDTH = 110;
const MAX_WIDTH = 140;
const MIN_DETAIL = 30;

/** Longer names have a line of their own. */
const MAX_NAME = 32;

/** Cuts a text into lines at spaces; a word that is longer than a line stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Draws the report: a row for each check, grouped by area, with what to do below what is wrong. */
export function reportText(
  checks: readonly Check[],
  { paint }: Pick<Output, "paint">,
  columns: number | undefined,
): string {
  const width = Math.min(columns ?? USUAL_WIDTH, MAX_WIDTH);
  const short = checks.map(({ name }) => name.length).filter((length) => length <= MAX_NAME);
  const nameWidth = Math.max(0, ...short);
  const indent = 6 + nameWidth + 2;
  const room = Math.max(width - indent, MIN_DETAIL);
  const gap = " ".repeat(indent);
  const areas = [...new Set(checks.map(({ area }) => area))];
  const rowOf = ({ level, name, detail, fix }: Check): string => {
    const isLong = name.length > nameWidth;
    const head = `${paint(COLOURS[level], level.padEnd(4))}  ${isLong ? name : name.padEnd(nameWidth)}`;
    const told = wrap(detail, room);
    const cure = fix === undefined || level === "ok" ? [] : wrap(`-> ${fix}`, room);
    const [first = "", ...rest] = isLong ? ["", ...told] : told;
    return [
      `${head}  ${first}`.trimEnd(),
      ...[...rest, ...cure.map((line) => paint("bold", line))].map((line) => gap + line),
    ].join("\n");
  };
  return areas
    .map((area) =>
      [paint("bold", area), ...checks.filter((one) => one.area === area).map(rowOf)].join("\n"),
    )
    .join("\n\n");
}

/** How many of each level there are. */
export function countLevels(checks: readonly Check[]): Readonly<Record<Check["level"], number>> {
  const of = (level: Check["level"]) => checks.filter((check) => check.level === level).length;
  return { ok: of("ok"), warn: of("warn"), fail: of("fail") };
}

/** The last line of the report. */
export function summaryText(checks: readonly Check[]): string {
  const { ok, warn, fail } = countLevels(checks);
  const warnings = warn === 1 ? "1 warning" : `${warn} warnings`;
  if (fail > 0) return `${fail} failed, ${warnings}, ${ok} ok.`;
  return warn > 0 ? `Nothing failed; ${warnings}, ${ok} ok.` : `All ${ok} checks are ok.`;
}
