/** Characters of a message that are looked at: an intent shows early, and patterns stay cheap. */
export const MAX_MATCHED_LENGTH = 500;

/** Lower-cases a text, takes its accents away and cuts it to `MAX_MATCHED_LENGTH` characters. Patterns run on this. */
export function plain(text: string): string {
  const start = text.slice(0, MAX_MATCHED_LENGTH).toLowerCase().normalize("NFD");
  return start.replace(/\p{M}/gu, "").slice(0, MAX_MATCHED_LENGTH);
}

/**
 * Reduces a text to what people mean by it: as `plain`, with single spaces for punctuation and with repeated letters
 * squeezed to one ("Oiii!!" and "oi" are the same, and so are "carro" and "caro"). Keeps letters, digits and emoji.
 */
export function fold(text: string): string {
  return plain(text)
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, " ")
    .replace(/([\p{L}\p{Extended_Pictographic}])\1+/gu, "$1")
    .trim();
}

/** Whether a folded text contains folded words as whole words. */
export function containsWords(text: string, words: string): boolean {
  return ` ${text} `.includes(` ${words} `);
}

export function countWords(folded: string): number {
  return folded === "" ? 0 : folded.split(" ").length;
}
