import type { Bundle, PageName } from "./bundle.ts";

export const PAGE_LANGUAGES = ["en", "pt-BR"] as const;

export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

const TITLES: Readonly<Record<PageName, string>> = { admin: "Ponte", simulator: "Ponte" };

const NO_SCRIPT: Readonly<Record<PageLanguage, string>> = {
  en: "This page needs JavaScript.",
  "pt-BR": "Esta página precisa de JavaScript.",
};

/** The HTML of a page: an empty place, and what fills it. Its policy lets nothing in the HTML itself run. */
export function pageHtml(page: PageName, language: PageLanguage, bundle: Bundle): string {
  const at = (name: string) => `/${page}/assets/${name}`;
  const styles = bundle.styles.map((name) => `<link rel="stylesheet" href="${at(name)}">`);
  const scripts = bundle.scripts.map((name) => `<script type="module" src="${at(name)}"></script>`);
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${TITLES[page]}</title>
    <link rel="icon" type="image/svg+xml" href="/${page}/icon.svg">
    ${[...styles, ...scripts].join("\n    ")}
  </head>
  <body>
    <div id="page"></div>
    <noscript>${NO_SCRIPT[language]}</noscript>
  </body>
</html>
`;
}

/** A bridge over water. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6e4f"/><path d="M4 20h24M8 20v-6M24 20v-6M4 14c4 0 8-1 8-5v11M28 14c-4 0-8-1-8-5v11" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round"/><path d="M4 25c2 0 2-1.4 4-1.4s2 1.4 4 1.4 2-1.4 4-1.4 2 1.4 4 1.4 2-1.4 4-1.4 2 1.4 4 1.4" fill="none" stroke="#bfe8d8" stroke-width="1.8" stroke-linecap="round"/></svg>
`;
