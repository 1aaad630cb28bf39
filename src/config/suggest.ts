/** A key more different than this share of its length is another word, not a slip. */
const MAX_DIFFERENCE = 0.4;

/** Says that a key is unknown and, where one is near, which was probably meant. */
export function unknownKeyDetail(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined ? "unknown setting" : `unknown setting; did you mean ${meant}?`;
}

/** Finds the candidate with the fewest single-character edits from `word`; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .filter(({ candidate, edits }) => edits <= MAX_DIFFERENCE * candidate.length)
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** Counts the insertions, deletions and replacements that turn one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of from.split("").entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      const shifted = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, shifted));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
