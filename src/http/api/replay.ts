import type { DeadLetterFilter, DeadLetterRow } from "../../db/dead-letters.ts";
import {
  countDeadLetters,
  listDeadLetters,
  replayInbound,
  replayOutbound,
} from "../../db/dead-letters.ts";
import { LIST_START } from "../../db/page.ts";
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
 * Replays what matches, newest batch first, walking the list once: what dies again meanwhile is newer than the place
 * reached and is not met a second time. Returns how many came back to life. Throws `store_*`.
 */
export async function replayMatching(
  deps: Pick<ApiDependencies, "db" | "replayEvent">,
  filter: DeadLetterFilter,
): Promise<number> {
  let after = LIST_START;
  let replayed = 0;
  for (;;) {
    const batch = await listDeadLetters(deps.db, filter, { after, limit: BATCH });
    const last = batch.at(-1);
    if (last === undefined) return replayed;
    replayed += await replayBatch(deps, batch);
    after = { at: last.died_at, id: last.id };
  }
}
