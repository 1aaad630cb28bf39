import { useEffect, useRef, useState } from "preact/hooks";

/** Work of which one piece runs at a time. */
export interface OneAtATime {
  /** Whether a piece runs, for the page to show. */
  readonly isBusy: boolean;
  /** Runs a piece of work; leaves it out, and resolves with undefined, where one runs already. Throws what the work throws. */
  readonly run: <Result>(work: () => Promise<Result>) => Promise<Result | undefined>;
}

/** Keeps two presses of one button from doing its work twice, even where the second comes before the page was drawn anew. */
export function useOneAtATime(): OneAtATime {
  const [isBusy, setBusy] = useState(false);
  const isRunning = useRef(false);
  const isThere = useRef(true);
  useEffect(() => () => void (isThere.current = false), []);
  return {
    isBusy,
    run: async (work) => {
      if (isRunning.current) return undefined;
      isRunning.current = true;
      setBusy(true);
      try {
        return await work();
      } finally {
        isRunning.current = false;
        if (isThere.current) setBusy(false);
      }
    },
  };
}
