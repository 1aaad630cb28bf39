/** A word of the vocabulary that a typed word may stand for; `likeness` goes up to 1. */
export interface WordMatch {
  readonly id: number;
  readonly likeness: number;
}

/** Words this short are too easily another word to be taken for a misspelling. */
const MIN_FUZZY_LENGTH = 4;

/** Words of the vocabulary looked at for one typed word, those that share most n-grams first. */
const MAX_CANDIDATES = 12;

/** Words longer than this are no words. */
const MAX_WORD_LENGTH = 40;

/** From here on two words count as alike. */
const MIN_LIKENESS = 0.55;

/** What a misspelt word counts, against the same word written well. */
const MISSPELT = 0.95;

/** Finds the words of a vocabulary that are written like a plain word: its likeliest meanings, best first. */
export type FindAlike = (word: string) => readonly WordMatch[];

/** Indexes a vocabulary by n-grams. Ids are places in `vocabulary`. */
export function indexWords(vocabulary: readonly string[]): FindAlike {
  const byGram = new Map<string, number[]>();
  for (const [id, word] of vocabulary.entries()) {
    if (word.length > MAX_WORD_LENGTH) continue;
    for (const gram of gramsOf(word)) getOrAdd(byGram, gram).push(id);
  }
  return (word) => {
    if (word.length < MIN_FUZZY_LENGTH || word.length > MAX_WORD_LENGTH) return [];
    return candidatesFor(byGram, word)
      .map((id) => ({ id, likeness: likenessOf(word, vocabulary[id] ?? "") }))
      .filter(({ likeness }) => likeness >= MIN_LIKENESS)
      .toSorted((one, other) => other.likeness - one.likeness);
  };
}

function getOrAdd(lists: Map<string, number[]>, key: string): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function candidatesFor(byGram: ReadonlyMap<string, readonly number[]>, word: string) {
  const shared = new Map<number, number>();
  for (const gram of gramsOf(word)) {
    for (const id of byGram.get(gram) ?? []) shared.set(id, (shared.get(id) ?? 0) + 1);
  }
  return [...shared]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, MAX_CANDIDATES)
    .map(([id]) => id);
}

/** How alike two words are: by the letters that would have to change, or by the n-grams they share. */
function likenessOf(one: string, other: string): number {
  if (other.length < MIN_FUZZY_LENGTH) return 0;
  const longest = Math.max(one.length, other.length);
  const edits = editsBetween(one, other);
  const misspelt = edits <= (longest >= 8 ? 2 : 1) ? MISSPELT * (1 - edits / (2 * longest)) : 0;
  return Math.max(misspelt, dice(gramsOf(one), gramsOf(other)));
}

function dice(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((gram) => other.has(gram)).length;
  return (2 * shared) / (one.size + other.size);
}

/** Pairs of neighbouring letters, the ends of the word included. */
function gramsOf(word: string): ReadonlySet<string> {
  const padded = `^${word}$`;
  return new Set(Array.from({ length: padded.length - 1 }, (_, at) => padded.slice(at, at + 2)));
}

/** Letters to add, drop, change or swap with the next one to turn one word into another (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (last[column] ?? Infinity) + 1,
          (current[column - 1] ?? Infinity) + 1,
          (last[column - 1] ?? Infinity) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last.at(-1) ?? 0;
}
