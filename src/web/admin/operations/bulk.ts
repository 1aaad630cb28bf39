import { ApiProblem, type PageOf } from "../../shared/api.ts";
import { newRequestKey } from "../../shared/request-key.ts";

/** How far a long deed is. */
export interface BulkProgress {
  /** Letters that were handed to the server. */
  readonly tried: number;
  /** Those among them that something was done to. */
  readonly done: number;
}

/** Gives the next letters; none at the end. It is asked again where what it gave could not be done. */
export type NextIds = (signal: AbortSignal) => Promise<readonly string[]>;

export interface BulkTools {
  readonly next: NextIds;
  /** Does it to some letters under a key that makes a repetition harmless; returns to how many it was done. */
  readonly act: (ids: readonly string[], key: string) => Promise<number>;
  /** Waits some seconds, or until it is stopped. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
}

/** Goes on from where it stopped last, until all is done or the signal ends it. Throws `ApiProblem`. */
export type RunBulk = (
  signal: AbortSignal,
  tell: (progress: BulkProgress) => void,
) => Promise<BulkProgress>;

/** Letters of one request: its answer must not take long, so that it can be shown how far things are. */
export const BATCH = 100;

interface Batch {
  readonly ids: readonly string[];
  readonly key: string;
}

const batchOf = (ids: readonly string[]): Batch => ({ ids, key: newRequestKey() });

/** Halves a batch, to find the letter for which the server refuses all of it. */
function halve({ ids }: Batch): readonly Batch[] {
  const middle = Math.ceil(ids.length / 2);
  return [batchOf(ids.slice(0, middle)), batchOf(ids.slice(middle))];
}

const isConflict = (thrown: unknown) => thrown instanceof ApiProblem && thrown.status === 409;

/**
 * Builds a long deed that is done batch by batch, can be stopped between two and goes on where it stopped. A batch whose answer
 * was lost is sent again under the same key; where the server asks for patience it gets it; what somebody else put away
 * meanwhile is passed over.
 */
export function createBulk({ next, act, wait }: BulkTools): RunBulk {
  let progress: BulkProgress = { tried: 0, done: 0 };
  let open: readonly Batch[] = [];

  const finish = (tried: number, done: number): void => {
    open = open.slice(1);
    progress = { tried: progress.tried + tried, done: progress.done + done };
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (open.length === 0) open = [batchOf(await next(signal))];
    const [batch] = open;
    if (batch === undefined || batch.ids.length === 0) return false;
    try {
      finish(batch.ids.length, await act(batch.ids, batch.key));
    } catch (thrown) {
      if (!isConflict(thrown)) throw thrown;
      if (batch.ids.length === 1) finish(1, 0);
      else open = [...halve(batch), ...open.slice(1)];
    }
    return true;
  };

  return async (signal, tell) => {
    while (!signal.aborted) {
      try {
        if (!(await step(signal))) return progress;
        tell(progress);
      } catch (thrown) {
        if (signal.aborted) return progress;
        const isEarly = thrown instanceof ApiProblem && thrown.status === 429;
        if (!isEarly) throw thrown;
        await wait(thrown.retryAfterS ?? 5, signal);
      }
    }
    return progress;
  };
}

/** Gives chosen letters batch by batch. */
export function chosenIds(ids: readonly string[]): NextIds {
  let start = 0;
  return () => {
    const batch = ids.slice(start, start + BATCH);
    start += batch.length;
    return Promise.resolve(batch);
  };
}

/** Walks a list once from its top, page by page: what is handled leaves the list, what comes new stands above. */
export function listedIds(
  read: (
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<PageOf<{ readonly id: string }>>,
): NextIds {
  let cursor: string | null | undefined;
  return async (signal) => {
    if (cursor === null) return [];
    const page = await read(cursor, signal);
    cursor = page.next_cursor;
    return page.data.map(({ id }) => id);
  };
}
