import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Query } from "./address.ts";
import { ApiProblem, get, type PageOf } from "./api.ts";

/** A list that is read page by page as somebody goes down it. */
export interface PagedList<Row> {
  readonly rows: readonly Row[];
  readonly problem: ApiProblem | undefined;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  /** Reads the first page again and puts what is new on top, without losing what was read further down. */
  readonly refresh: () => void;
  /** Begins anew. */
  readonly reset: () => void;
}

interface State<Row> {
  readonly rows: readonly Row[];
  /** Undefined before the first page, null after the last. */
  readonly cursor: string | null | undefined;
  readonly problem: ApiProblem | undefined;
  readonly isLoading: boolean;
}

const EMPTY = { rows: [], cursor: undefined, problem: undefined, isLoading: true } as const;

function merge<Row extends { readonly id: string }>(
  fresh: readonly Row[],
  known: readonly Row[],
): readonly Row[] {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...known.filter(({ id }) => !ids.has(id))];
}

function meets<Row extends { readonly id: string }>(
  fresh: readonly Row[],
  known: readonly Row[],
): boolean {
  const ids = new Set(known.map(({ id }) => id));
  return fresh.some(({ id }) => ids.has(id));
}

/** Reads a list of the API; another path or query begins anew. */
export function usePages<Row extends { readonly id: string }>(
  path: string,
  query: Query = {},
): PagedList<Row> {
  const [state, setState] = useState<State<Row>>(EMPTY);
  const key = JSON.stringify([path, query]);
  const current = useRef({ key, query, path });
  current.current = { key, query, path };
  const busy = useRef<AbortController | undefined>(undefined);

  const read = useCallback(async (cursor: string | undefined, isFresh: boolean) => {
    const asked = current.current;
    const abort = new AbortController();
    busy.current = abort;
    setState((old) => ({ ...old, isLoading: true }));
    try {
      const page = await get<PageOf<Row>>(asked.path, { ...asked.query, cursor }, abort.signal);
      if (current.current.key !== asked.key) return;
      setState((old) => {
        // A first page that knows nothing of what is shown leaves a hole between the two, and one that is the whole list has
        // lost what it does not hold: either begins anew.
        const isWhole = page.next_cursor === null;
        const isAbove =
          isFresh && !isWhole && old.cursor !== undefined && meets(page.data, old.rows);
        return {
          rows: isFresh
            ? isAbove
              ? merge(page.data, old.rows)
              : page.data
            : merge(old.rows, page.data),
          cursor: isAbove ? old.cursor : page.next_cursor,
          problem: undefined,
          isLoading: false,
        };
      });
    } catch (thrown) {
      if (abort.signal.aborted) return;
      if (!(thrown instanceof ApiProblem)) throw thrown;
      setState((old) => ({ ...old, problem: thrown, isLoading: false }));
    } finally {
      if (busy.current === abort) busy.current = undefined;
    }
  }, []);

  const reset = useCallback(() => {
    busy.current?.abort();
    setState(EMPTY);
    void read(undefined, false);
  }, [read]);

  useEffect(() => {
    reset();
    return () => busy.current?.abort();
  }, [key, reset]);

  const { cursor } = state;
  return {
    rows: state.rows,
    problem: state.problem,
    isLoading: state.isLoading,
    hasMore: cursor !== null,
    more: () => {
      if (busy.current === undefined && cursor !== null) void read(cursor, false);
    },
    refresh: () => {
      if (busy.current === undefined) void read(undefined, true);
    },
    reset,
  };
}
