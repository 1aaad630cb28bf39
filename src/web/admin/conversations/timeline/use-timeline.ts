import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, get } from "../../../shared/api.ts";
import type { Message } from "../../../shared/api-types.ts";
import { liveState, onNews, onReturn } from "../../../shared/live.ts";
import { may } from "../../../shared/session.ts";
import { statusOf } from "../use-conversations.ts";
import { meets, mergeMessages } from "./merge.ts";
import { after, readEnd, readPage, readStretch, type Start, type Stretch } from "./reach.ts";

/** A conversation's messages as far as they were read, oldest first. */
export interface Timeline {
  readonly rows: readonly Message[];
  readonly problem: ApiProblem | undefined;
  /** Before the first answer. */
  readonly isFresh: boolean;
  readonly isReading: boolean;
  readonly hasOlder: boolean;
  /** Whether there are messages after the last one shown. */
  readonly hasNewer: boolean;
  readonly older: () => void;
  readonly newer: () => void;
  /** Reads the end again, and puts it to what is shown. */
  readonly refresh: () => void;
  /** Begins anew. */
  readonly retry: () => void;
}

interface State extends Stretch {
  readonly key: string;
  readonly problem: ApiProblem | undefined;
  readonly isFresh: boolean;
}

const NOTHING = { rows: [], older: null, newer: null, problem: undefined, isFresh: true } as const;

/** News are gathered this long before the end is read again; where they do not come, it is read this often. */
const GATHER_MS = 250;
const POLL_MS = 10_000;
const RETRY_MS = 5_000;

/** Reads a conversation page by page in both directions and keeps it in step with what happens. */
export function useTimeline(conversation: string, start: Start): Timeline {
  const key = JSON.stringify([conversation, start]);
  const [state, setState] = useState<State>({ key, ...NOTHING });
  const [isReading, setReading] = useState(false);
  const [round, setRound] = useState(0);
  const current = useRef({ key, state, conversation });
  current.current = { key, state, conversation };
  const busy = useRef<AbortController | undefined>(undefined);

  /** Does one read at a time; its outcome counts only while the same is looked at. */
  const work = useCallback(
    async (task: (signal: AbortSignal) => Promise<(old: State) => Partial<Stretch>>) => {
      const asked = current.current.key;
      const abort = new AbortController();
      busy.current = abort;
      setReading(true);
      try {
        const change = await task(abort.signal);
        if (abort.signal.aborted || current.current.key !== asked) return;
        setState((old) =>
          old.key === asked ? { ...old, ...change(old), problem: undefined, isFresh: false } : old,
        );
      } catch (thrown) {
        if (abort.signal.aborted) return;
        if (!(thrown instanceof ApiProblem)) throw thrown;
        setState((old) => (old.key === asked ? { ...old, problem: thrown } : old));
      } finally {
        if (busy.current === abort) {
          busy.current = undefined;
          setReading(false);
        }
      }
    },
    [],
  );

  useEffect(() => {
    busy.current?.abort();
    setState({ key, ...NOTHING });
    void work(async (signal) => {
      const stretch = await readStretch(conversation, start, signal);
      return () => stretch;
    });
    return () => busy.current?.abort();
  }, [key, round, work]);

  const retry = useCallback(() => setRound((count) => count + 1), []);

  const older = useCallback(() => {
    const { state: now, conversation: id } = current.current;
    const { older: query } = now;
    if (busy.current !== undefined || query === null) return;
    void work(async (signal) => {
      const page = await readPage(id, query, signal);
      return (old) => ({ rows: mergeMessages(old.rows, page.data), older: after("desc", page) });
    });
  }, [work]);

  const newer = useCallback(() => {
    const { state: now, conversation: id } = current.current;
    const { newer: query } = now;
    if (busy.current !== undefined || query === null) return;
    void work(async (signal) => {
      const page = await readPage(id, query, signal);
      return (old) => ({ rows: mergeMessages(old.rows, page.data), newer: after("asc", page) });
    });
  }, [work]);

  const refresh = useCallback(() => {
    const { state: now, conversation: id } = current.current;
    if (busy.current !== undefined) return;
    if (now.isFresh) retry();
    else if (now.newer === null)
      void work(async (signal) => {
        const end = await readEnd(id, signal);
        // More came than one page holds: what lies between would be missing.
        return (old) =>
          meets(old.rows, end.rows) ? { rows: mergeMessages(old.rows, end.rows) } : end;
      });
  }, [work, retry]);

  useFollow({ current, busy, setState, refresh });

  const isCurrent = state.key === key;
  const shown = isCurrent ? state : { key, ...NOTHING };
  return {
    rows: shown.rows,
    problem: shown.problem,
    isFresh: shown.isFresh,
    isReading,
    hasOlder: shown.older !== null,
    hasNewer: shown.newer !== null,
    older,
    newer,
    refresh,
    retry,
  };
}

interface Following {
  readonly current: { readonly current: { readonly state: State; readonly conversation: string } };
  readonly busy: { readonly current: AbortController | undefined };
  readonly setState: (change: (old: State) => State) => void;
  readonly refresh: () => void;
}

/** Follows the news of the conversation that is looked at. */
function useFollow({ current, busy, setState, refresh }: Following): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (ms = GATHER_MS) => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (busy.current !== undefined || document.hidden) soon();
        else refresh();
      }, ms);
    };
    const put = (id: string, change: Partial<Message>) =>
      setState((old) => ({
        ...old,
        rows: old.rows.map((row) => (row.id === id ? { ...row, ...change } : row)),
      }));
    const stopNews = onNews((news) => {
      if (news.kind === "campaign" || news.conversation_id !== current.current.conversation) return;
      const status = statusOf(news.status);
      const isKnown = current.current.state.rows.some(({ id }) => id === news.id);
      if (isKnown && status !== undefined) put(news.id, { status });
      // The reason of a failure may lie far above what is read again.
      if (isKnown && status === "failed" && may("messages:read"))
        void get<Message>(`/messages/${news.id}`).then(
          ({ error, status: now, failed_at }) => put(news.id, { error, status: now, failed_at }),
          () => undefined,
        );
      soon();
    });
    const stopReturn = onReturn(() => soon());
    const poll = setInterval(() => {
      const { problem } = current.current.state;
      const isAway = problem !== undefined && (problem.status === 0 || problem.status >= 500);
      if (isAway || liveState.peek() !== "open") soon(isAway ? RETRY_MS : GATHER_MS);
    }, POLL_MS);
    return () => {
      clearTimeout(timer);
      clearInterval(poll);
      stopNews();
      stopReturn();
    };
  }, [refresh]);
}
