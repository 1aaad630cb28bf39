/** Characters of a message that are looked at: an intent shows early, and patterns stay cheap. */
export const MAX_MATCHED_LENGTH = 500;

/**
 * Lower-cases a text, takes accents and decoration away ("2ª" is "2a", "𝗼𝗹á" is "ola") and cuts it to
 * `MAX_MATCHED_LENGTH` characters. Patterns run on this.
 */
export function plain(text: string): string {
  const start = text.slice(0, MAX_MATCHED_LENGTH).normalize("NFKD").toLowerCase();
  return start.normalize("NFKD").replace(/\p{M}/gu, "").slice(0, MAX_MATCHED_LENGTH);
}

/**
 * Reduces a text to what people mean by it: as `plain`, with single spaces for punctuation and with repeated letters
 * squeezed to one ("Oiii!!" and "oi" are the same, and so are "carro" and "caro"). Keeps letters, digits and emoji.
 */
export function fold(text: string): string {
  return squeeze(plain(text).replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, " ")).trim();
}

/** Squeezes repeated letters and emoji to one. */
export function squeeze(text: string): string {
  return text.replace(/([\p{L}\p{Extended_Pictographic}])\1+/gu, "$1");
}

/** The words and emoji of a text, plain. A letter written three times or more counts once; "carro" keeps its two. */
export function wordsOf(text: string): readonly string[] {
  const calm = plain(text).replace(/(\p{L})\1{2,}/gu, "$1");
  return calm.match(/[\p{L}\p{N}]+|\p{Extended_Pictographic}/gu) ?? [];
}

/** Whether a folded text contains folded words as whole words. */
export function containsWords(text: string, words: string): boolean {
  return ` ${text} `.includes(` ${words} `);
}

export function countWords(folded: string): number {
  return folded === "" ? 0 : folded.split(" ").length;
}
