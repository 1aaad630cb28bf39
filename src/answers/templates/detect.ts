import { primaryLanguage } from "../language.ts";
import { indexExact } from "./exact.ts";
import { indexExamples } from "./example-index.ts";
import { wordsOf } from "./fold.ts";
import type { Intent, Library } from "./library.ts";
import { type Match, matchText, type WordsMatch } from "./match.ts";
import { scoreText } from "./similarity.ts";
import { guessLanguage, isStopWord } from "./stop-words.ts";

/** What a text means: one intent, one of a few to be asked about (best first), or nothing known. */
export type Detection =
  | { readonly kind: "match"; readonly match: Match }
  | { readonly kind: "suggest"; readonly matches: readonly Match[] }
  | { readonly kind: "none" };

/** Confidences, 0 to 1. */
export interface Thresholds {
  /** From here on a match is answered... */
  readonly accept: number;
  /** ...and from here on offered; undefined where nothing is to be offered. */
  readonly suggest: number | undefined;
  /** How far a match must be ahead of the next intent. */
  readonly margin: number;
}

/** What did best on the tuning phrases of test/answers/templates/corpus. */
export const DEFAULT_THRESHOLDS: Thresholds = { accept: 0.38, suggest: 0.33, margin: 0.05 };

/** Finds out what people mean. */
export interface Detector {
  /** `language` is the conversation's: it decides between intents that fit about equally well. Never throws. */
  readonly detect: (text: string, language: string) => Detection;
}

/** Intents offered at most: a message takes three buttons. */
const MAX_SUGGESTED = 3;

/**
 * Prepares a library for detection; its examples are indexed once, here. A text is compared as it is, then by keywords
 * and patterns, then by how much it resembles the examples.
 */
export function createDetector(library: Library, thresholds: Thresholds): Detector {
  const groups = byLanguage(library.intents);
  const findExact = indexExact(groups);
  const indexes = [...groups].map(([tag, intents]) => indexExamples(intents, tag));
  const resembling = (text: string) =>
    indexes.flatMap((index) =>
      scoreText(index, text).map(({ intent, score }) => ({
        intent,
        confidence: score,
        parameters: {},
      })),
    );
  return {
    detect: (text, language) => {
      const exact = findExact(text, language);
      if (exact.length > 0) {
        const matches = exact.map((intent) => ({ intent, confidence: 1, parameters: {} }));
        return decide(matches, language, thresholds);
      }
      const similar = resembling(text);
      const worded = matchText(library, text, language);
      const sure = similar.some(({ confidence }) => confidence >= thresholds.accept);
      const overruled = worded === undefined || (sure && isCourtesy(worded));
      return decide([...(overruled ? [] : [worded]), ...similar], language, thresholds);
    },
  };
}

/** Groups intents by primary language; the examples tell it where the files do not. */
function byLanguage(intents: readonly Intent[]): ReadonlyMap<string, readonly Intent[]> {
  return Map.groupBy(intents, ({ language, examples }) =>
    primaryLanguage(language ?? guessLanguage(examples.flatMap(wordsOf)) ?? ""),
  );
}

/** "Bom dia" means the greeting where nothing else is said. */
function isCourtesy({ intent, words }: WordsMatch): boolean {
  const language = intent.language ?? "";
  return words.split(" ").every((word) => isStopWord(word, language));
}

function decide(
  matches: readonly Match[],
  language: string,
  { accept, suggest, margin }: Thresholds,
): Detection {
  const [best, ...others] = rank(matches, language, margin);
  if (best === undefined) return { kind: "none" };
  const rivals = others.filter(
    ({ intent }) => fits(intent, language) || !fits(best.intent, language),
  );
  const next = Math.max(0, ...rivals.map(({ confidence }) => confidence));
  if (best.confidence >= accept && best.confidence - next >= margin) {
    return { kind: "match", match: best };
  }
  if (suggest === undefined) return { kind: "none" };
  const offered = [best, ...others].filter(({ confidence }) => confidence >= suggest);
  return offered.length === 0
    ? { kind: "none" }
    : { kind: "suggest", matches: offered.slice(0, MAX_SUGGESTED) };
}

/** Orders matches, one for each name; the conversation's language makes up for a difference within the margin. */
function rank(matches: readonly Match[], language: string, margin: number): readonly Match[] {
  const worth = ({ intent, confidence }: Match) =>
    confidence + (fits(intent, language) ? margin : 0);
  const ordered = matches.toSorted((one, other) => worth(other) - worth(one));
  const names = new Map(ordered.toReversed().map((match) => [match.intent.name, match]));
  return ordered.filter((match) => names.get(match.intent.name) === match);
}

function fits({ language }: Intent, wanted: string): boolean {
  return language === undefined || primaryLanguage(language) === primaryLanguage(wanted);
}
