import { marked } from "marked";
import type { Token } from "marked";

/** A table of a Markdown text; cells keep their marks. */
export interface MarkdownTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every token of a text, those within lists and paragraphs among them. */
function tokensOf(markdown: string): readonly Token[] {
  const found: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    found.push(token);
  });
  return found;
}

/** Where the links and pictures of a text lead to, within the repository. */
export const linksOf = (markdown: string): readonly string[] =>
  tokensOf(markdown).flatMap((token) =>
    (token.type === "link" || token.type === "image") && !/^[a-z]+:/.test(hrefOf(token))
      ? [hrefOf(token)]
      : [],
  );

function hrefOf(token: Token): string {
  const href: unknown = "href" in token ? token.href : undefined;
  return typeof href === "string" ? href : "";
}

export const tablesOf = (markdown: string): readonly MarkdownTable[] =>
  marked.lexer(markdown).flatMap((token) => {
    if (token.type !== "table") return [];
    const [head = "", , ...rows] = token.raw.trimEnd().split("\n");
    return [{ head: cellsOf(head), rows: rows.map(cellsOf) }];
  });

/** A bar that is escaped belongs to its cell. */
const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

const headingsOf = (markdown: string) =>
  marked.lexer(markdown).flatMap((token) => {
    if (token.type !== "heading") return [];
    const [marks = "", text = ""] = /^(#+)\s+(.*)$/.exec(token.raw.trim())?.slice(1) ?? [];
    return [{ level: marks.length, text }];
  });

export const headingLevelsOf = (markdown: string): readonly number[] =>
  headingsOf(markdown).map(({ level }) => level);

/** The anchors of a text's headings, as GitHub makes them: a repeated one gets a number. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    headingsOf(markdown).map(({ text }) => {
      const slug = text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
        .replaceAll(" ", "-");
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}
