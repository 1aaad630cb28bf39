import { query, setQuery } from "../../shared/router.ts";

export const STATES = ["bot", "human", "opted_out"] as const;

/** What the list is narrowed by, as the address and the API name it. */
export interface Filters {
  readonly q?: string | undefined;
  readonly channel?: string | undefined;
  readonly state?: (typeof STATES)[number] | undefined;
  readonly backend?: string | undefined;
  readonly trouble?: "true" | undefined;
}

const FILTERS = ["q", "channel", "state", "backend", "trouble"] as const;

const given = (text: string | null): string | undefined =>
  text === null || text.trim() === "" ? undefined : text;

/** Reads the filters of the address. */
export function readFilters(from: URLSearchParams): Filters {
  return {
    q: given(from.get("q")),
    channel: given(from.get("channel")),
    state: STATES.find((known) => known === from.get("state")),
    backend: given(from.get("backend")),
    trouble: from.get("trouble") === "true" ? "true" : undefined,
  };
}

export function isFiltered(filters: Filters): boolean {
  return FILTERS.some((name) => filters[name] !== undefined);
}

/** The address of a conversation, or of the list alone, with the filters kept and nothing else. */
export function hrefOf(id: string | undefined): string {
  const kept = FILTERS.flatMap((name) => {
    const value = query.value.get(name);
    return value === null ? [] : [[name, value]];
  });
  const text = new URLSearchParams(kept).toString();
  const path = id === undefined ? "/admin/conversations" : `/admin/conversations/${id}`;
  return text === "" ? path : `${path}?${text}`;
}

export function clearFilters(): void {
  setQuery(Object.fromEntries(FILTERS.map((name) => [name, undefined])));
}
