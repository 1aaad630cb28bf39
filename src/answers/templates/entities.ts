import type { Annotation } from "./examples.ts";
import { MAX_MATCHED_LENGTH, wordsOf } from "./fold.ts";

/** Values found in a text, by entity, in the order of the text. */
export type Found = ReadonlyMap<string, readonly string[]>;

/** What is known of the values that people write. */
export interface EntitySources {
  readonly annotations: readonly Annotation[];
  /** Names of entities with words that stand for themselves. */
  readonly lookups: readonly { readonly name: string; readonly texts: readonly string[] }[];
  readonly patterns: readonly { readonly name: string; readonly pattern: RegExp }[];
  /** A value, and other words for it. */
  readonly synonyms: readonly { readonly value: string; readonly texts: readonly string[] }[];
}

/** Words in one value at most. */
const MAX_PHRASE_WORDS = 8;

/** Values of one pattern taken from one text. */
const MAX_VALUES = 10;

interface Value {
  readonly entity: string;
  readonly value: string;
}

interface Placed extends Value {
  /** Where it stands, from 0 at the beginning of the text to 1 at its end. */
  readonly at: number;
}

/**
 * Prepares the search for entities. Words of lookup tables, of marked examples and their synonyms are found as whole
 * words, whatever their accents and case; patterns as they are written. Looks at the first 500 characters of a text.
 */
export function createEntityFinder(sources: EntitySources): (text: string) => Found {
  const meanings = new Map(
    sources.synonyms.flatMap(({ value, texts }) => texts.map((text) => [phraseOf(text), value])),
  );
  const canonical = (text: string): string => meanings.get(phraseOf(text)) ?? text;
  const phrases = phrasesOf(sources, canonical);
  return (text) => {
    const start = text.slice(0, MAX_MATCHED_LENGTH);
    const matched = sources.patterns.flatMap(({ name, pattern }) =>
      matchesOf(pattern, start).map(({ value, at }) => ({
        entity: name,
        value: canonical(value),
        at,
      })),
    );
    return groupValues([...phrasesIn(phrases, start), ...matched]);
  };
}

function phrasesOf(
  { annotations, lookups, synonyms }: EntitySources,
  canonical: (text: string) => string,
): ReadonlyMap<string, readonly Value[]> {
  const phrases = new Map<string, Value[]>();
  const add = (text: string, entity: string, value: string): void => {
    const phrase = phraseOf(text);
    const known = phrases.get(phrase) ?? [];
    if (phrase === "" || known.some((other) => other.entity === entity)) return;
    phrases.set(phrase, [...known, { entity, value }]);
  };
  for (const { entity, text, value } of annotations) {
    add(text, entity, value === text ? canonical(text) : value);
  }
  for (const { name, texts } of lookups) for (const text of texts) add(text, name, canonical(text));
  const entitiesOf = Map.groupBy([...phrases.values()].flat(), ({ value }): string => value);
  for (const { value, texts } of synonyms) {
    const entities = new Set((entitiesOf.get(value) ?? []).map(({ entity }) => entity));
    for (const entity of entities) for (const text of texts) add(text, entity, value);
  }
  return phrases;
}

/** The longest phrases first, from left to right; words of one are not looked at again. */
function phrasesIn(phrases: ReadonlyMap<string, readonly Value[]>, text: string): Placed[] {
  const words = wordsOf(text);
  const found: Placed[] = [];
  for (let at = 0; at < words.length;) {
    const length = longestAt(phrases, words, at);
    const phrase = words.slice(at, at + length).join(" ");
    const place = at / words.length;
    found.push(...(phrases.get(phrase) ?? []).map((value) => ({ ...value, at: place })));
    at += Math.max(length, 1);
  }
  return found;
}

function longestAt(phrases: ReadonlyMap<string, unknown>, words: readonly string[], at: number) {
  for (let length = MAX_PHRASE_WORDS; length > 0; length -= 1) {
    if (phrases.has(words.slice(at, at + length).join(" "))) return length;
  }
  return 0;
}

function matchesOf(pattern: RegExp, text: string) {
  const all = new RegExp(pattern, `${pattern.flags}g`);
  return [...text.matchAll(all)]
    .slice(0, MAX_VALUES)
    .filter(({ 0: value }) => value !== "")
    .map(({ 0: value, index }) => ({ value, at: index / text.length }));
}

function groupValues(placed: readonly Placed[]): Found {
  const ordered = placed.toSorted((one, other) => one.at - other.at);
  const groups = Map.groupBy(ordered, ({ entity }) => entity);
  return new Map(
    [...groups].map(([entity, values]) => [entity, [...new Set(values.map(({ value }) => value))]]),
  );
}

function phraseOf(text: string): string {
  return wordsOf(text).slice(0, MAX_PHRASE_WORDS).join(" ");
}
