import type { Detection, Detector } from "./detect.ts";
import type { IntentCase } from "./intent-tests.ts";

/**
 * What became of a phrase: answered with its intent; its intent was among those offered; answered with another;
 * nothing useful said. Of a phrase that means none: left alone, answered all the same, or a question asked in vain.
 */
export type Verdict =
  "right" | "offered" | "wrong" | "missed" | "left" | "false_alarm" | "vain_offer";

/** A phrase with what was made of it. `got` is the intent answered, or those offered, best first. */
export interface CaseResult extends IntentCase {
  readonly verdict: Verdict;
  readonly got: readonly string[];
  /** Of the best match, 0 to 1. */
  readonly confidence: number;
}

/** How well one intent is told from the others. Undefined where there is nothing to divide by. */
export interface IntentFigures {
  readonly name: string;
  readonly cases: number;
  readonly right: number;
  /** Of the phrases answered with it, how many meant it. */
  readonly precision: number | undefined;
  /** Of the phrases that mean it, how many were answered with it. */
  readonly recall: number | undefined;
}

/** The outcome of a test. Shares go from 0 to 1, and are undefined where there was no such phrase. */
export interface IntentReport {
  readonly results: readonly CaseResult[];
  /** In the order of the test. */
  readonly intents: readonly IntentFigures[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Phrases that mean an intent and were answered with it. */
  readonly accuracy: number | undefined;
  /** As `accuracy`, with those where the intent was among the buttons. */
  readonly reached: number | undefined;
  /** Phrases that mean no intent and were answered with one. */
  readonly falseAlarms: number | undefined;
}

/** Runs phrases through a detector, as said in a conversation of one language. */
export function testIntents(
  detector: Detector,
  cases: readonly IntentCase[],
  language: string,
): IntentReport {
  return summarise(cases.map((said) => judge(said, detector.detect(said.text, language))));
}

/** Puts results together, those of several tests where wanted. */
export function summarise(results: readonly CaseResult[]): IntentReport {
  const names = results.flatMap(({ want }) => want ?? []);
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const counts = {
    right: count("right"),
    offered: count("offered"),
    wrong: count("wrong"),
    missed: count("missed"),
    left: count("left"),
    false_alarm: count("false_alarm"),
    vain_offer: count("vain_offer"),
  };
  return {
    results,
    intents: [...new Set(names)].map((name) => figuresOf(name, results)),
    counts,
    accuracy: share(counts.right, names.length),
    reached: share(counts.right + counts.offered, names.length),
    falseAlarms: share(counts.false_alarm, results.length - names.length),
  };
}

function judge(said: IntentCase, detection: Detection): CaseResult {
  switch (detection.kind) {
    case "match": {
      const { intent, confidence } = detection.match;
      const taken = said.want === undefined ? "false_alarm" : "wrong";
      return {
        ...said,
        verdict: intent.name === said.want ? "right" : taken,
        got: [intent.name],
        confidence,
      };
    }
    case "suggest": {
      const got = detection.matches.map(({ intent }) => intent.name);
      const confidence = detection.matches[0]?.confidence ?? 0;
      if (said.want === undefined) return { ...said, verdict: "vain_offer", got, confidence };
      return { ...said, verdict: got.includes(said.want) ? "offered" : "missed", got, confidence };
    }
    case "none":
      return {
        ...said,
        verdict: said.want === undefined ? "left" : "missed",
        got: [],
        confidence: 0,
      };
  }
}

function figuresOf(name: string, results: readonly CaseResult[]): IntentFigures {
  const cases = results.filter(({ want }) => want === name);
  const right = cases.filter(({ verdict }) => verdict === "right").length;
  const answered = results.filter(
    ({ verdict, got }) => got[0] === name && ["right", "wrong", "false_alarm"].includes(verdict),
  );
  const precision = share(right, answered.length);
  return { name, cases: cases.length, right, precision, recall: share(right, cases.length) };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
