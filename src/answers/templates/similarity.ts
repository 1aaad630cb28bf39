import type { ExampleIndex, Word } from "./example-index.ts";
import type { Intent } from "./library.ts";

/** How much of a score the one example counts that is most alike; the rest is for all words of an intent together. */
const EXAMPLE_SHARE = 0.4;

/**
 * The square of F-beta's beta: below 1, how much of the example was said counts more than how much else was said, which
 * the other part of the score measures already.
 */
const BETA_SQUARED = 0.5;

/** What a score counts that rests on one telling word: "carro" alone may mean anything that is done with cars. */
const LONE_WORD = 0.85;

/** Resemblance never is certainty: that is for the examples themselves. */
const MAX_SCORE = 0.99;

/** An intent with how much a text resembles what people say when they mean it, 0 to 1. */
export interface Scored {
  readonly intent: Intent;
  readonly score: number;
}

/** A word of the text with the terms it may stand for, likeliest first. */
interface Known {
  readonly weight: number;
  readonly telling: boolean;
  readonly terms: readonly { readonly id: number; readonly likeness: number }[];
}

/** What the words of a text add up to, by place. */
interface Sums {
  /** How much of the text an example covers. */
  readonly ofText: Float64Array;
  /** How much of the example the text covers. */
  readonly ofExample: Float64Array;
  /** Examples that share a telling word with the text are 1. */
  readonly told: Uint8Array;
  /** How much of the text speaks for an intent rather than for another. */
  readonly ofIntent: Float64Array;
}

/**
 * Scores the intents whose examples share words with a text, best first, whatever the order of the words. Courtesy and
 * grammar alone are no resemblance, unless the text holds nothing else.
 */
export function scoreText(index: ExampleIndex, text: string): readonly Scored[] {
  const words = index.read(text).map((word) => recognise(index, word));
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [];
  const sums = addUp(index, words);
  const telling = words.filter((word) => word.telling).length;
  const trust = telling === 1 ? LONE_WORD : 1;
  const best = bestExamples(index, sums, total, telling > 0);
  return index.intents
    .map((intent, place) => {
      const example = best[place] ?? 0;
      const whole = (sums.ofIntent[place] ?? 0) / total;
      const score = trust * (EXAMPLE_SHARE * example + (1 - EXAMPLE_SHARE) * whole);
      return { intent, score: example === 0 ? 0 : Math.min(score, MAX_SCORE) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score);
}

/** The words of an unknown stem are looked up by how they are written; what is left unexplained counts as unknown. */
function recognise(index: ExampleIndex, { word, stem, weight, telling }: Word): Known {
  const id = index.termOf.get(stem);
  const alike =
    id === undefined
      ? index
          .findAlike(word)
          .map(({ id: at, likeness }) => ({ id: index.termOfWord[at] ?? 0, likeness }))
      : [{ id, likeness: 1 }];
  const [best = { id: -1, likeness: 0 }] = alike;
  const known = index.terms[best.id]?.weight ?? 0;
  return { weight: known * best.likeness + weight * (1 - best.likeness), telling, terms: alike };
}

function addUp(index: ExampleIndex, words: readonly Known[]): Sums {
  const ofText = new Float64Array(index.examples.length);
  const ofExample = new Float64Array(index.examples.length);
  const ofIntent = new Float64Array(index.intents.length);
  const told = new Uint8Array(index.examples.length);
  const seenBy = new Int32Array(index.examples.length);
  for (const [place, { weight, telling, terms }] of words.entries()) {
    for (const { id, likeness } of terms) {
      const term = index.terms[id];
      for (const example of term?.examples ?? []) {
        if (seenBy[example] === place + 1) continue;
        seenBy[example] = place + 1;
        ofText[example] = (ofText[example] ?? 0) + weight * likeness;
        ofExample[example] = (ofExample[example] ?? 0) + (term?.weight ?? 0) * likeness;
        if (telling) told[example] = 1;
      }
    }
    const [best] = terms;
    for (const [intent, share] of (best && index.terms[best.id]?.shares) ?? []) {
      ofIntent[intent] = (ofIntent[intent] ?? 0) + weight * share * (best?.likeness ?? 0);
    }
  }
  return { ofText, ofExample, ofIntent, told };
}

/** By intent, the F-beta score of its example that is most alike. */
function bestExamples(
  index: ExampleIndex,
  { ofText, ofExample, told }: Sums,
  total: number,
  telling: boolean,
): Float64Array {
  const best = new Float64Array(index.intents.length);
  for (const [place, { intent, weight }] of index.examples.entries()) {
    if (telling && told[place] === 0) continue;
    const said = Math.min((ofExample[place] ?? 0) / weight, 1);
    const covered = (ofText[place] ?? 0) / total;
    if (said === 0 || covered === 0) continue;
    const score = ((1 + BETA_SQUARED) * said * covered) / (BETA_SQUARED * said + covered);
    best[intent] = Math.max(best[intent] ?? 0, score);
  }
  return best;
}
