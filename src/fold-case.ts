/** Lower case without accents: texts that differ in nothing else are the same word to a person. */
export function foldCase(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
