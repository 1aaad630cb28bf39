import { wordsOf } from "./fold.ts";
import type { Intent } from "./library.ts";
import { spellOut } from "./slang.ts";
import { createStemmer, type Stem } from "./stem.ts";
import { isStopWord } from "./stop-words.ts";
import { type FindAlike, indexWords } from "./word-match.ts";

/** Words of a message that are weighed; the rest of a long story is left alone. */
const MAX_WORDS = 60;

/** What grammar and courtesy count, in a text as in an example, against a word that only one intent knows. */
const STOP_WEIGHT = 0.25;

/** What a number counts: people give protocols, dates and addresses with any wish. */
const NUMBER_WEIGHT = 0.2;

/** Examples that might still be missing: a word that was heard once proves little. */
const DOUBT = 0.5;

/** A stem of the examples. */
export interface Term {
  /** The examples it stands in. */
  readonly examples: readonly number[];
  /** How much it tells: 1 where one intent alone knows it. */
  readonly weight: number;
  /** How much it speaks for each intent; together nearly 1, the nearer the more examples it stands in. */
  readonly shares: ReadonlyMap<number, number>;
}

/** One example: its intent and its terms, each once. */
export interface Example {
  readonly intent: number;
  readonly terms: readonly number[];
  /** The weights of its terms together. */
  readonly weight: number;
}

/** The examples of the intents of one language. Intents, examples and terms are named by their places. */
export interface ExampleIndex {
  readonly intents: readonly Intent[];
  readonly examples: readonly Example[];
  readonly terms: readonly Term[];
  readonly termOf: ReadonlyMap<string, number>;
  /** The term of each word that `findAlike` knows. */
  readonly termOfWord: readonly number[];
  readonly findAlike: FindAlike;
  readonly read: (text: string) => readonly Word[];
}

/** A word of a text, with what it would count if no example knew it. */
export interface Word {
  readonly word: string;
  readonly stem: string;
  readonly weight: number;
  /** Whether it says something of its own, which grammar, courtesy and numbers do not. */
  readonly telling: boolean;
}

/** Indexes the examples of the intents of one language. Examples without a word are left out. */
export function indexExamples(intents: readonly Intent[], language: string): ExampleIndex {
  const stemmer = createStemmer(language);
  const readExample = createReader(language, remembering(stemmer));
  const termOf = new Map<string, number>();
  const vocabulary = new Map<string, number>();
  const weights: number[] = [];
  const written: Omit<Example, "weight">[] = [];
  for (const [intent, { examples }] of intents.entries()) {
    for (const text of examples) {
      const words = readExample(text).map(({ word, stem, weight }) => {
        const term = idOf(termOf, stem);
        vocabulary.set(word, term);
        weights[term] = Math.max(weights[term] ?? 0, weight);
        return term;
      });
      if (words.length > 0) written.push({ intent, terms: [...new Set(words)] });
    }
  }
  const terms = describeTerms(written, weights, intents.length);
  const examples = written.map((example) => ({
    ...example,
    weight: weighTogether(example, terms),
  }));
  const findAlike = indexWords([...vocabulary.keys()]);
  return {
    intents,
    examples,
    terms,
    termOf,
    termOfWord: [...vocabulary.values()],
    findAlike,
    read: createReader(language, stemmer),
  };
}

/** Examples say the same words over and over; a person's words are not kept. */
function remembering(stem: Stem): Stem {
  const known = new Map<string, string>();
  return (word) => {
    const stemmed = known.get(word) ?? stem(word);
    known.set(word, stemmed);
    return stemmed;
  };
}

function createReader(language: string, stem: Stem): ExampleIndex["read"] {
  return (text) => {
    const words = [...new Set(spellOut(wordsOf(text), language))].slice(0, MAX_WORDS);
    return words.map((word) => {
      const weight = weightOf(word, language);
      return { word, stem: stem(word), weight, telling: weight === 1 };
    });
  };
}

function weightOf(word: string, language: string): number {
  if (isStopWord(word, language)) return STOP_WEIGHT;
  return /^\p{N}/u.test(word) ? NUMBER_WEIGHT : 1;
}

function describeTerms(
  examples: readonly Omit<Example, "weight">[],
  weights: readonly number[],
  intents: number,
): readonly Term[] {
  const places = weights.map((): number[] => []);
  for (const [place, { terms }] of examples.entries()) {
    for (const term of terms) places[term]?.push(place);
  }
  return places.map((standing, term) => {
    const shares = new Map<number, number>();
    for (const place of standing) {
      const intent = examples[place]?.intent ?? 0;
      shares.set(intent, (shares.get(intent) ?? 0) + 1 / (standing.length + DOUBT));
    }
    const rarity = 1 - Math.log(shares.size) / Math.log(intents + 1);
    return { examples: standing, weight: (weights[term] ?? 1) * rarity, shares };
  });
}

function weighTogether({ terms }: Pick<Example, "terms">, all: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + (all[term]?.weight ?? 0), 0);
}

function idOf(ids: Map<string, number>, key: string): number {
  const id = ids.get(key) ?? ids.size;
  ids.set(key, id);
  return id;
}
