import { signal } from "@preact/signals";

export const LANGUAGES = ["en", "pt-BR"] as const;

export type Language = (typeof LANGUAGES)[number];

function initialLanguage(): Language {
  const told = globalThis.document?.documentElement.lang;
  return LANGUAGES.find((known) => known === told) ?? "en";
}

/** The language of everything on the page. The server chose the first one: address, earlier choice, browser. */
export const language = signal<Language>(initialLanguage());

const YEAR_S = 31_536_000;

/** Changes the language at once, without a reload, and for the next visits. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  document.cookie = `ponte_language=${chosen}; path=/; max-age=${YEAR_S}; samesite=strict`;
}
