import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Conversation } from "../../shared/api-types.ts";
import { liveState, onNews, onReturn } from "../../shared/live.ts";
import { type PagedList, usePages } from "../../shared/pages-of.ts";
import type { Filters } from "./filters.ts";

/** Conversations of one page. */
const PAGE = 50;

/** News are gathered this long before the list is read again, milliseconds. */
const GATHER_MS = 700;

/** Where news do not come by themselves, the list is read again this often, milliseconds. */
const POLL_MS = 15_000;

type Status = NonNullable<Conversation["last_message"]>["status"];

const STATUSES = [
  "received",
  "queued",
  "sending",
  "uncertain",
  "sent",
  "delivered",
  "read",
  "failed",
] as const satisfies readonly Status[];

/** A message status as the stream tells it; undefined for a word that is not one. */
export function statusOf(word: string): Status | undefined {
  return STATUSES.find((known) => known === word);
}

/** The list of conversations, kept in step with what happens: whoever writes comes to the top. */
export function useConversations(filters: Filters): PagedList<Conversation> {
  const list = usePages<Conversation>("/conversations", { ...filters, limit: PAGE });
  const [statuses, setStatuses] = useState<ReadonlyMap<string, Status>>(new Map());
  const current = useRef(list);
  current.current = list;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (current.current.isLoading || document.hidden) soon();
        else current.current.refresh();
      }, GATHER_MS);
    };
    const stopNews = onNews((news) => {
      if (news.kind === "campaign") return;
      const status = statusOf(news.status);
      if (status !== undefined)
        setStatuses((old) => new Map([...old].slice(-PAGE * 4)).set(news.id, status));
      soon();
    });
    const stopReturn = onReturn(soon);
    const poll = setInterval(() => {
      if (liveState.peek() !== "open") soon();
    }, POLL_MS);
    return () => {
      clearTimeout(timer);
      clearInterval(poll);
      stopNews();
      stopReturn();
    };
  }, []);

  // A tick further down changes without the row being read again.
  const rows = useMemo(
    () =>
      list.rows.map((row) => {
        const { last_message: last } = row;
        const status = last === null ? undefined : statuses.get(last.id);
        return last === null || status === undefined || status === last.status
          ? row
          : { ...row, last_message: { ...last, status } };
      }),
    [list.rows, statuses],
  );
  return { ...list, rows };
}
