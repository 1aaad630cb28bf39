import type { IntentReport } from "../../answers/templates/confusion.ts";

/** Shares within which a test passes although not every phrase did well. */
export interface Tolerance {
  readonly minAccuracy?: number | undefined;
  readonly maxFalseAlarms?: number | undefined;
}

/**
 * Whether a test passes. Without a tolerance every phrase counts: none may be taken for another intent, for none, or be
 * answered although it means none. A question back ("did you mean…") with the right intent in it is good enough.
 */
export function isPassed(report: IntentReport, tolerance: Tolerance): boolean {
  const { accuracy = 1, falseAlarms = 0, counts } = report;
  const { minAccuracy, maxFalseAlarms } = tolerance;
  const understood =
    minAccuracy === undefined ? counts.wrong + counts.missed === 0 : accuracy >= minAccuracy;
  const quiet =
    maxFalseAlarms === undefined ? counts.false_alarm === 0 : falseAlarms <= maxFalseAlarms;
  return understood && quiet;
}

/** The report as JSON, in the spelling of the API. */
export function shownReport({ results, intents, counts, accuracy, ...shares }: IntentReport) {
  return {
    accuracy: accuracy ?? null,
    reached: shares.reached ?? null,
    false_alarms: shares.falseAlarms ?? null,
    counts,
    intents: intents.map(({ precision, recall, ...figures }) => ({
      ...figures,
      precision: precision ?? null,
      recall: recall ?? null,
    })),
    results: results.map(({ want, ...result }) => ({ ...result, want: want ?? null })),
  };
}
