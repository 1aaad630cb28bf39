import { z } from "zod";
import type { ApiClient } from "../api.ts";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../failure.ts";
import type { Choice } from "./filter.ts";
import { type Deed, inPieces } from "./plan.ts";
import { deadLetter } from "./rows.ts";

/** Dead letters of one call: few enough that Ctrl-C does not wait long, and that the figures move. */
const BATCH = 100;

const DEEDS = {
  replay: {
    past: "replayed",
    answer: z.looseObject({ replayed: z.int() }).transform((it) => it.replayed),
  },
  discard: {
    past: "discarded",
    answer: z.looseObject({ discarded: z.int() }).transform((it) => it.discarded),
  },
} as const;

/** Batches of ids, the last given up first. What dies meanwhile is newer than the place reached, and not met. */
async function* batches(
  api: ApiClient,
  choice: Choice,
  size: number,
): AsyncGenerator<readonly string[]> {
  if ("ids" in choice) {
    yield* inPieces(choice.ids, size);
    return;
  }
  let batch: string[] = [];
  for await (const { id } of api.list("/dead-letters", deadLetter, {
    limit: size,
    ...choice.filter,
  })) {
    batch.push(id);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Work {
  readonly deed: Deed;
  readonly choice: Choice;
  /** How many the plan has found. */
  readonly matched: number;
  /** Dead letters of one call, where not as many as usual. */
  readonly batch?: number;
}

/** Says what was done where it ends early. Whoever pressed Ctrl-C is told by the program that it has stopped, and by this what is done. */
function endedEarly(
  { deed, matched }: Work,
  { done, underWay }: { readonly done: number; readonly underWay: number },
  error: unknown,
): CliError {
  const { past } = DEEDS[deed];
  const perhaps = underWay === 0 ? "" : `, and perhaps some of the ${underWay} that were under way`;
  return new CliError(`${done} of ${matched} were ${past}${perhaps} (${messageOf(error)})`, {
    advice: `run the same command again: what was ${past} is no longer on the list`,
    cause: error,
  });
}

/** Replays or discards in batches. Returns how many it was done to; throws a `CliError` that says how many where it ends early. */
export async function carryOut(
  api: ApiClient,
  work: Work,
  { progress: startProgress, signal, output }: Pick<CliContext, "progress" | "signal" | "output">,
): Promise<number> {
  const { deed, choice, matched } = work;
  const progress = startProgress(deed === "replay" ? "replaying" : "discarding", "letters");
  let done = 0;
  let seen = 0;
  let underWay = 0;
  try {
    for await (const ids of batches(api, choice, work.batch ?? BATCH)) {
      signal.throwIfAborted();
      underWay = ids.length;
      done += await api.send("POST", `/dead-letters/${deed}`, DEEDS[deed].answer, {
        body: { ids },
      });
      underWay = 0;
      seen += ids.length;
      progress.update(seen, matched);
    }
  } catch (error) {
    progress.stop();
    const told = endedEarly(work, { done, underWay }, error);
    if (signal.aborted) output.note(`${told.message}\n  ${told.advice}`);
    throw told;
  }
  progress.stop();
  return done;
}
