import type { DeadLetterFilter, DeadLetterRow } from "../../db/dead-letters.ts";
import {
  countDeadLetters,
  listDeadLetters,
  replayInbound,
  replayOutbound,
} from "../../db/dead-letters.ts";
import { discard, listDiscarded } from "../../db/discarded-letters.ts";
import { LIST_START } from "../../db/page.ts";
import { BridgeError } from "../../errors.ts";
import type { ApiDependencies } from "./dependencies.ts";

/** Dead letters revived by one statement: a large replay must not hold the locks of every conversation at once. */
const BATCH = 200;

/** How many dead letters match, and why and where they died. */
interface ReplayPlan {
  readonly matched: number;
  readonly by_kind: Record<string, number>;
  readonly by_reason: Record<string, number>;
  readonly by_code: Record<string, number>;
  readonly by_channel: Record<string, number>;
}

type Counted = Awaited<ReturnType<typeof countDeadLetters>>[number];

function total(rows: readonly Counted[], key: "kind" | "reason" | "code" | "channel") {
  const sums = new Map<string, number>();
  for (const { [key]: word, count } of rows)
    if (word !== null) sums.set(word, (sums.get(word) ?? 0) + count);
  return Object.fromEntries(sums);
}

/** Counts what a replay would touch, and touches nothing. Throws `store_*`. */
export async function planReplay(
  db: ApiDependencies["db"],
  filter: DeadLetterFilter,
): Promise<ReplayPlan> {
  const rows = await countDeadLetters(db, filter);
  return {
    matched: rows.reduce((sum, { count }) => sum + count, 0),
    by_kind: total(rows, "kind"),
    by_reason: total(rows, "reason"),
    by_code: total(rows, "code"),
    by_channel: total(rows, "channel"),
  };
}

async function replayWebhooks(deps: Pick<ApiDependencies, "replayEvent">, ids: readonly string[]) {
  let replayed = 0;
  for (const id of ids) {
    const { state } = await deps.replayEvent(id);
    if (state === "stored") replayed += 1;
  }
  return replayed;
}

async function replayBatch(
  deps: Pick<ApiDependencies, "db" | "replayEvent">,
  batch: readonly DeadLetterRow[],
): Promise<number> {
  const idsOf = (kind: DeadLetterRow["kind"]) =>
    batch.filter((letter) => letter.kind === kind).map(({ id }) => id);
  const inbound = await replayInbound(deps.db, idsOf("inbound"));
  const outbound = await replayOutbound(deps.db, idsOf("outbound"));
  return inbound + outbound + (await replayWebhooks(deps, idsOf("webhook")));
}

/**
 * Does something to all that matches, newest batch first, walking the list once: what dies meanwhile is newer than the place
 * reached and is not met. Returns to how many something was done.
 */
async function walk(
  db: ApiDependencies["db"],
  filter: DeadLetterFilter,
  work: (batch: readonly DeadLetterRow[]) => Promise<number>,
): Promise<number> {
  let after = LIST_START;
  let done = 0;
  for (;;) {
    const batch = await listDeadLetters(db, filter, { after, limit: BATCH });
    const last = batch.at(-1);
    if (last === undefined) return done;
    done += await work(batch);
    after = { at: last.died_at, id: last.id };
  }
}

/** Replays what matches. Returns how many came back to life. Throws `store_*`. */
export function replayMatching(
  deps: Pick<ApiDependencies, "db" | "replayEvent">,
  filter: DeadLetterFilter,
): Promise<number> {
  return walk(deps.db, filter, (batch) => replayBatch(deps, batch));
}

/** Puts what matches away for good. Returns how many. Throws `store_*`. */
export function discardMatching(
  db: ApiDependencies["db"],
  filter: DeadLetterFilter,
): Promise<number> {
  return walk(db, filter, (batch) =>
    discard(
      db,
      batch.map(({ id }) => id),
    ),
  );
}

/** Throws `request_conflict` where one of the ids is of something that was put away: it cannot come back. */
export async function refuseDiscarded(
  db: ApiDependencies["db"],
  { ids, channels }: Pick<DeadLetterFilter, "ids" | "channels">,
): Promise<void> {
  if (ids === undefined) return;
  const [first, ...others] = await listDiscarded(db, ids, channels);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  throw new BridgeError(
    "request_conflict",
    `${first}${more} was discarded and cannot be replayed; nothing was done`,
  );
}
