import { get, type PageOf, post } from "../../shared/api.ts";
import { BATCH, chosenIds, createBulk, listedIds, type NextIds, type RunBulk } from "./bulk.ts";
import type { LetterFilter } from "./letter-filter.ts";
import type { Deed } from "./plan-words.ts";
import type { DeadLetter } from "./types.ts";

/** The dead letters that are meant, as the API takes it. */
export type Choice = { readonly ids: readonly string[] } | { readonly filter: LetterFilter };

interface Done {
  readonly replayed?: number;
  readonly discarded?: number;
}

function idsOf(choice: Choice): NextIds {
  if ("ids" in choice) return chosenIds(choice.ids);
  return listedIds((cursor, signal) =>
    get<PageOf<DeadLetter>>("/dead-letters", { ...choice.filter, limit: BATCH, cursor }, signal),
  );
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Prepares to replay or discard what is meant. */
export function openBulk(deed: Deed, choice: Choice): RunBulk {
  return createBulk({
    next: idsOf(choice),
    act: async (ids, idempotencyKey) => {
      const done = await post<Done>(`/dead-letters/${deed}`, { ids }, { idempotencyKey });
      return done.replayed ?? done.discarded ?? 0;
    },
    wait,
  });
}
