import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, get, type PageOf } from "../../shared/api.ts";
import { language } from "../../shared/language.ts";
import { type Resource, useResource } from "../../shared/resource.ts";
import type { Recipient } from "./types.ts";

type RecipientPage = PageOf<Recipient>;

/** Rows read at a time. */
const PAGE_ROWS = 100;

/** Recipients as far down as somebody went. */
export interface RecipientList {
  readonly first: Resource<RecipientPage>;
  readonly rows: readonly Recipient[];
  /** Undefined while more cannot be read. */
  readonly more: (() => void) | undefined;
}

interface Tail {
  readonly key: string;
  readonly rows: readonly Recipient[];
  readonly cursor: string | null;
  readonly problem?: ApiProblem;
}

/**
 * Reads the recipients of one state. The first page is read again with every `round`, in place, so that what somebody looks
 * at moves with the campaign; what they went down to stays as it was read.
 */
export function useRecipients(
  id: string,
  status: string | undefined,
  round: number,
): RecipientList {
  const path = `/campaigns/${id}/recipients`;
  const key = `${path} ${status ?? ""} ${language.value}`;
  const read = (cursor: string | undefined, signal: AbortSignal) =>
    get<RecipientPage>(path, { status, limit: PAGE_ROWS, cursor }, signal);
  const first = useResource(key, (signal) => read(undefined, signal));
  const { reload } = first;
  const seen = useRef(round);
  useEffect(() => {
    if (seen.current !== round) reload();
    seen.current = round;
  }, [round, reload]);

  const [kept, setTail] = useState<Tail>();
  const tail = kept?.key === key ? kept : undefined;
  const busy = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => busy.current?.abort(), [key]);
  const cursor = tail === undefined ? first.data?.next_cursor : tail.cursor;
  const readMore = async (from: string) => {
    if (busy.current?.signal.aborted === false) return;
    const abort = new AbortController();
    busy.current = abort;
    try {
      const page = await read(from, abort.signal);
      setTail({ key, rows: [...(tail?.rows ?? []), ...page.data], cursor: page.next_cursor });
    } catch (thrown) {
      if (abort.signal.aborted) return;
      if (!(thrown instanceof ApiProblem)) throw thrown;
      setTail({ key, rows: tail?.rows ?? [], cursor: from, problem: thrown });
    } finally {
      abort.abort();
    }
  };
  const fresh = first.data?.data ?? [];
  const known = new Set(fresh.map((row) => row.id));
  const canRead = typeof cursor === "string" && tail?.problem === undefined;
  return {
    first,
    rows: [...fresh, ...(tail?.rows ?? []).filter((row) => !known.has(row.id))],
    more: canRead ? () => void readMore(cursor) : undefined,
  };
}
