import type { Query } from "../../shared/address.ts";
import { get, type PageOf } from "../../shared/api.ts";
import type { Template } from "./types.ts";

/** Templates on a page of the API, and pages read at most: a business account has some thousand at most. */
const PAGE_ROWS = 200;
const MOST_PAGES = 15;

export interface TemplateShelf {
  readonly rows: readonly Template[];
  /** Whether there are more than were read. */
  readonly isTruncated: boolean;
}

/** Reads all templates that the API's own filters leave, by name. Throws an `ApiProblem`. */
export async function readTemplates(filter: Query, signal: AbortSignal): Promise<TemplateShelf> {
  const rows: Template[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { ...filter, cursor, limit: PAGE_ROWS };
    const { data, next_cursor: next } = await get<PageOf<Template>>("/templates", query, signal);
    rows.push(...data);
    if (next === null) return { rows: rows.toSorted(byName), isTruncated: false };
    cursor = next;
  }
  return { rows: rows.toSorted(byName), isTruncated: true };
}

const wordsOf = ({ name, language, channel }: Template): string => `${name} ${language} ${channel}`;

const byName = (one: Template, other: Template): number => (wordsOf(one) < wordsOf(other) ? -1 : 1);

const fold = (text: string): string =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Those whose name or text contains every word, whatever its case and accents. */
export function searchTemplates(
  rows: readonly Template[],
  words: string,
  textOf: (template: Template) => string,
): readonly Template[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    const text = fold(`${row.name} ${row.language} ${textOf(row)}`);
    return wanted.every((word) => text.includes(word));
  });
}
