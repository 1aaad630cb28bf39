import { useState } from "preact/hooks";
import { ApiProblem } from "../../../shared/api.ts";

/** What keeps a form from being saved. */
export interface Saving {
  readonly problem: ApiProblem | undefined;
  /** What is wrong with one part, by its pointer. */
  readonly problemAt: (pointer: string) => string | undefined;
  /** Does it and keeps what the API says against it; that nobody is signed in is said elsewhere. */
  readonly save: (work: () => Promise<void>) => Promise<void>;
}

/** Keeps beside a form what the API refused of it. */
export function useSaving(): Saving {
  const [problem, setProblem] = useState<ApiProblem>();
  return {
    problem,
    problemAt: (pointer) => problem?.errors.find((one) => one.pointer === pointer)?.detail,
    save: async (work) => {
      try {
        await work();
        setProblem(undefined);
      } catch (thrown) {
        if (!(thrown instanceof ApiProblem) || thrown.status === 401) throw thrown;
        setProblem(thrown);
      }
    },
  };
}
