/** Characters from which a sentence repeated is no longer a yes or a greeting. */
const SENTENCE_LENGTH = 12;

/** Times a model may say one sentence, and one run of words, before it is caught in a loop. */
const MOST_SENTENCES = 3;
const MOST_RUNS = 8;
const RUN_WORDS = 4;

/** A line of a prompt file below which stand facts that may be repeated word for word. */
const FACTS_LINE = /^-{3,}\s*$/m;

/** Why a reply is kept from the person, as a closed word; undefined where nothing speaks against it. */
export type Kept = "prompt_leaked" | "repetitive";

/** Builds the check of a prompt's replies. `leakWords` words in a row that stand in the prompt as well are a leak; 0: none. */
export function createGuard(
  prompt: string,
  leakWords: number,
): (reply: string) => Kept | undefined {
  const secret = new Set(leakWords === 0 ? [] : runsOf(wordsOf(instructionsOf(prompt)), leakWords));
  return (reply) => {
    const words = wordsOf(reply);
    if (secret.size > 0 && runsOf(words, leakWords).some((run) => secret.has(run))) {
      return "prompt_leaked";
    }
    return repeatsSentence(reply) || repeatsRun(words) ? "repetitive" : undefined;
  };
}

/** What stands above the line of facts; all of it where there is no such line. */
function instructionsOf(prompt: string): string {
  const at = prompt.search(FACTS_LINE);
  return at < 0 ? prompt : prompt.slice(0, at);
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function runsOf(words: readonly string[], length: number): readonly string[] {
  return words.slice(length - 1).map((_, index) => words.slice(index, index + length).join(" "));
}

function repeatsSentence(text: string): boolean {
  const sentences = text
    .split(/[.!?\n]+/)
    .map((sentence) => wordsOf(sentence).join(" "))
    .filter((sentence) => sentence.length >= SENTENCE_LENGTH);
  return mostOf(sentences) > MOST_SENTENCES;
}

/** A loop without full stops. */
function repeatsRun(words: readonly string[]): boolean {
  return mostOf(runsOf(words, RUN_WORDS)) > MOST_RUNS;
}

function mostOf(items: readonly string[]): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const item of items) {
    const count = (counts.get(item) ?? 0) + 1;
    counts.set(item, count);
    most = Math.max(most, count);
  }
  return most;
}
