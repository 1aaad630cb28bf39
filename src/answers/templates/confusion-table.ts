import type { CaseResult, IntentFigures, IntentReport, Verdict } from "./confusion.ts";

/** Columns of a name in the table; longer ones are cut. */
const MAX_NAME_LENGTH = 28;

/** What a verdict is called in the list of phrases that did not do well. The others are not listed. */
const LISTED: Partial<Readonly<Record<Verdict, string>>> = {
  wrong: "wrong",
  missed: "missed",
  offered: "offered",
  false_alarm: "false alarm",
  vain_offer: "offered in vain",
};

/**
 * Writes a report as lines for a terminal: a row for each intent with what its phrases were taken for, the figures
 * together, and every phrase that was not simply right. Nothing in it moves the cursor, whatever the phrases hold.
 */
export function formatConfusion(report: IntentReport): string {
  const rows = report.intents.map((intent) => rowOf(intent, report.results));
  const header = ["intent", "phrases", "precision", "recall", "taken for"];
  const failures = report.results.flatMap(failureOf);
  const list = failures.length === 0 ? [] : ["", ...align(failures)];
  return [...align([header, ...rows]), "", ...summaryOf(report), ...list, ""].join("\n");
}

function rowOf({ name, cases, precision, recall }: IntentFigures, results: readonly CaseResult[]) {
  const others = results.filter(({ want, verdict }) => want === name && verdict !== "right");
  const takenFor = Map.groupBy(others, ({ verdict, got }) =>
    verdict === "wrong" ? (got[0] ?? "") : verdict === "offered" ? "(offered)" : "(missed)",
  );
  const counts = [...takenFor].map(([other, { length }]) => `${shown(other)} ${length}`);
  return [shown(name), `${cases}`, percent(precision), percent(recall), counts.join(", ")];
}

function summaryOf({ counts, results, accuracy, reached, falseAlarms }: IntentReport) {
  const outside = counts.left + counts.false_alarm + counts.vain_offer;
  return align([
    ["answered rightly", percent(accuracy), `${counts.right} of ${results.length - outside}`],
    ["or offered", percent(reached), `${counts.offered} more`],
    ["false alarms", percent(falseAlarms), `${counts.false_alarm} of ${outside}`],
    ["asked in vain", "", `${counts.vain_offer}`],
  ]);
}

function failureOf({ verdict, text, want, got, confidence }: CaseResult): readonly string[][] {
  const label = LISTED[verdict];
  if (label === undefined) return [];
  const made = got.length === 0 ? "-" : `${got.map(shown).join(", ")} (${confidence.toFixed(2)})`;
  return [[label, shown(want ?? "out_of_scope"), made, clean(text)]];
}

/** Pads the cells of every column but the last to the same width. */
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join("  ")
      .trimEnd(),
  );
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${(share * 100).toFixed(1)} %`;
}

function shown(name: string): string {
  const text = clean(name);
  return text.length <= MAX_NAME_LENGTH ? text : `${text.slice(0, MAX_NAME_LENGTH - 1)}…`;
}

/** Control and format characters could move the cursor or turn the line around. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
