import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "./api.ts";

/** Questions under way at once: rows fill up soon, and the API is left room for what somebody waits for. */
const AT_ONCE = 2;

/**
 * Calls `load` for each id, few at a time, and tells each answer. What the API refuses is passed over: the row stays
 * without. Ends early where the signal says so.
 */
async function loadEach<Detail>(
  ids: readonly string[],
  load: (id: string, signal: AbortSignal) => Promise<Detail>,
  tell: (id: string, detail: Detail) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
      try {
        tell(id, await load(id, signal));
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof ApiProblem)) throw thrown;
        if (thrown.status === 429 || thrown.status === 0) return;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What a list does not tell of its rows, read row by row as it arrives; another `round` reads all of it again. */
export function useDetails<Detail>(
  ids: readonly string[],
  load: (id: string, signal: AbortSignal) => Promise<Detail>,
  round = "",
): ReadonlyMap<string, Detail> {
  const [known, setKnown] = useState<ReadonlyMap<string, Detail>>(new Map());
  const asked = useRef({ round, ids: new Set<string>() });
  const key = ids.join(" ");
  useEffect(() => {
    if (asked.current.round !== round) asked.current = { round, ids: new Set() };
    const done = asked.current.ids;
    const abort = new AbortController();
    const tell = (id: string, detail: Detail) => {
      if (abort.signal.aborted) return;
      done.add(id);
      setKnown((old) => new Map(old).set(id, detail));
    };
    void loadEach(
      ids.filter((id) => !done.has(id)),
      load,
      tell,
      abort.signal,
    );
    return () => abort.abort();
  }, [key, round]);
  return known;
}
