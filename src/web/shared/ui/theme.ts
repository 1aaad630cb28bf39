import { effect, signal } from "@preact/signals";

export const THEMES = ["auto", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

const KEY = "ponte-theme";

const kept = () => THEMES.find((known) => known === localStorage.getItem(KEY)) ?? "auto";

/** Light or dark; "auto" follows the system. */
export const theme = signal<Theme>("auto");

/** Applies the theme now and whenever it changes. */
export function startTheme(): void {
  theme.value = kept();
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    localStorage.setItem(KEY, theme.value);
  });
}
