/** What is wrong with a request for a template: `problems` keep it from being sent, `warnings` do not. */
export interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export const NOTHING_FOUND: Findings = { problems: [], warnings: [] };

export function problem(sentence: string): Findings {
  return { problems: [sentence], warnings: [] };
}

export function warning(sentence: string): Findings {
  return { problems: [], warnings: [sentence] };
}

export function joinFindings(all: readonly Findings[]): Findings {
  return {
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

/** Writes "a", "a and b", "a, b and c". */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** Writes "1 value", "2 values". */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
