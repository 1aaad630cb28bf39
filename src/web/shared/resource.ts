import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "./api.ts";
import { onReturn } from "./live.ts";

/** Something read from the API: what was read last stays while it is read again, and when reading fails. */
export interface Resource<Data> {
  readonly data: Data | undefined;
  readonly problem: ApiProblem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

export interface ResourceOptions {
  /** Milliseconds after which it is read again, while the page is visible; never where absent. */
  readonly pollMs?: number;
}

interface State<Data> {
  readonly key: string;
  readonly data: Data | undefined;
  readonly problem: ApiProblem | undefined;
  readonly isLoading: boolean;
}

/** Reads again after the API did not answer: this often at most, milliseconds. */
const RETRY_MS = 5_000;

/**
 * Reads from the API when `key` changes, on `reload`, after a lost connection, and every `pollMs`. A slow answer to an older
 * question never replaces a newer one.
 */
export function useResource<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  { pollMs }: ResourceOptions = {},
): Resource<Data> {
  const [state, setState] = useState<State<Data>>({
    key,
    data: undefined,
    problem: undefined,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const reload = useCallback(() => setRound((count) => count + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    setState((old) =>
      old.key === key
        ? { ...old, isLoading: true }
        : { key, data: undefined, problem: undefined, isLoading: true },
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (ms: number) => {
      timer = setTimeout(() => (document.hidden ? again(ms) : reload()), ms);
    };
    const read = async () => {
      try {
        const data = await loader.current(abort.signal);
        if (abort.signal.aborted) return;
        setState({ key, data, problem: undefined, isLoading: false });
        if (pollMs !== undefined) again(pollMs);
      } catch (thrown) {
        if (abort.signal.aborted) return;
        if (!(thrown instanceof ApiProblem)) throw thrown;
        setState((old) => ({ ...old, problem: thrown, isLoading: false }));
        const { status, retryAfterS } = thrown;
        if (status === 0 || status === 429 || status >= 500)
          again((retryAfterS ?? 0) * 1_000 || RETRY_MS);
      }
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, round, pollMs, reload]);

  useEffect(() => onReturn(reload), [reload]);

  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : undefined,
    problem: isCurrent ? state.problem : undefined,
    isLoading: isCurrent ? state.isLoading : true,
    reload,
  };
}
