/**
 * Finds the best of the `available` language tags for a `wanted` one: the same tag, else one of the same language
 * (`pt` for `pt-BR`). Gives undefined where there is none.
 */
export function closestLanguage(wanted: string, available: readonly string[]): string | undefined {
  const same = (of: (tag: string) => string) => available.find((tag) => of(tag) === of(wanted));
  return same((tag) => tag.toLowerCase()) ?? same(primaryLanguage);
}

/** Gives the language of a tag without its region: `pt` for `pt-BR`. */
export function primaryLanguage(tag: string): string {
  return tag.toLowerCase().split("-", 1).join("");
}
