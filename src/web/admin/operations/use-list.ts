import { useEffect } from "preact/hooks";
import type { Query } from "../../shared/address.ts";
import { type PagedList, usePages } from "../../shared/pages-of.ts";
import { useNews } from "../../shared/use-news.ts";

/** Milliseconds between two looks at the top of a list: when something happened, and when nothing is heard. */
const REST_MS = 4_000;
const POLL_MS = 20_000;

/** A list of the API that stays fresh at its top while somebody reads further down. */
export function useList<Row extends { readonly id: string }>(
  path: string,
  query: Query,
): PagedList<Row> {
  const list = usePages<Row>(path, query);
  const { refresh } = list;
  useNews(refresh, REST_MS);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) refresh();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [path, JSON.stringify(query)]);
  return list;
}
