import type { z } from "zod";
import type { Queryable } from "../../db/driver.ts";
import type { HourAnswers, HourPace, HourTraffic } from "../../db/overview.ts";
import { readAnswers, readPace, readStanding, readTraffic } from "../../db/overview.ts";
import { createKept, type Kept } from "./kept.ts";
import type { overview } from "./stats-overview.ts";

type Overview = z.output<typeof overview>;

/** Reads the overview of some channels, undefined being all, over so many hours. Throws `store_*`. */
export type ReadOverview = (
  channels: readonly string[] | undefined,
  hours: number,
) => Promise<Overview>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long an overview is shown before it is counted anew: many tabs that look at once cost as much as one. */
const SHOWN_MS = 5_000;

/**
 * How long what was counted of settled hours is kept, and the times of many turns. A status may reach back into an hour that
 * is over; after one more it hardly ever does.
 */
const SETTLED_MS = HOUR_MS;
const PACE_MS = 60_000;

/** Turns whose times are quickly sorted anew. */
const FEW = 20_000;

/** Turns from which the time they took is read in a sample. */
const SAMPLE = 200_000;

const iso = (ms: number) => new Date(ms).toISOString();

const floor = (ms: number, step: number) => Math.floor(ms / step) * step;

function sumTraffic(rows: readonly HourTraffic[], from: number, to: number) {
  const sum = { in: 0, out: 0, failed: 0 };
  for (const row of rows) {
    if (row.hour < from || row.hour >= to) continue;
    sum.in += row.in;
    sum.out += row.out;
    sum.failed += row.failed;
  }
  return sum;
}

function paceOf(rows: readonly HourPace[], hour: number | null) {
  const found = rows.find((row) => row.hour === hour);
  return { p50_ms: found?.p50 ?? null, p95_ms: found?.p95 ?? null };
}

function byBackend(rows: readonly HourAnswers[]): Overview["backends"] {
  const sums = new Map<string | null, number>();
  for (const { backend, answers } of rows) sums.set(backend, (sums.get(backend) ?? 0) + answers);
  return [...sums]
    .map(([backend, answers]) => ({ backend, answers }))
    .toSorted((a, b) => b.answers - a.answers || (a.backend ?? "").localeCompare(b.backend ?? ""));
}

/** What is counted once and kept. */
interface Store {
  readonly db: Queryable;
  readonly traffic: Kept<readonly HourTraffic[]>;
  readonly answers: Kept<readonly HourAnswers[]>;
  readonly pace: Kept<readonly HourPace[]>;
}

/** Whose figures, and the hours they are of. */
interface Look {
  readonly channels: readonly string[] | undefined;
  readonly from: number;
  /** What lies before is settled. */
  readonly settled: number;
}

function named({ channels, from, settled }: Look): string {
  return JSON.stringify([channels?.toSorted() ?? null, from, settled]);
}

/** Reads rows by the hour: those of settled hours as they were counted before, the last ones anew. */
async function readHours<Row>(
  kept: Kept<readonly Row[]>,
  look: Look,
  read: (from: string, until: string) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const { from, settled } = look;
  const before =
    from < settled ? await kept(named(look), SETTLED_MS, () => read(iso(from), iso(settled))) : [];
  return [...before, ...(await read(iso(Math.max(from, settled)), "infinity"))];
}

async function count(
  { db, ...kept }: Store,
  channels: readonly string[] | undefined,
  hours: number,
): Promise<Overview> {
  const standing = await readStanding(db, channels);
  const now = Date.parse(standing.now);
  const since = floor(now, HOUR_MS) - (hours - 1) * HOUR_MS;
  const midnight = floor(now, DAY_MS);
  const yesterday = midnight - DAY_MS;
  const look = { channels, from: since, settled: floor(now, HOUR_MS) - HOUR_MS };
  const traffic = await readHours(
    kept.traffic,
    { ...look, from: Math.min(since, yesterday) },
    (from, until) => readTraffic(db, channels, from, until),
  );
  const answers = await readHours(kept.answers, look, (from, until) =>
    readAnswers(db, channels, from, until),
  );
  const asked = answers.reduce((sum, row) => sum + row.answers, 0);
  const fallbacks = answers.reduce((sum, row) => sum + row.fallbacks, 0);
  const pace = await kept.pace(named(look), asked > FEW ? PACE_MS : 0, () =>
    readPace(db, channels, iso(since), Math.max(1, Math.ceil(asked / SAMPLE))),
  );
  return {
    now: standing.now,
    since: iso(since),
    messages: {
      today: sumTraffic(traffic, midnight, Infinity),
      yesterday: sumTraffic(traffic, yesterday, midnight),
    },
    active_conversations: standing.active,
    answers: {
      count: asked,
      ...paceOf(pace, null),
      fallback_rate: asked === 0 ? null : Math.round((fallbacks / asked) * 10_000) / 10_000,
    },
    queue: {
      inbound: standing.inbound,
      outbound: standing.outbound,
      oldest_seconds: Math.max(0, standing.oldest_seconds),
    },
    dead_letters: standing.deadLetters,
    hours: Array.from({ length: hours }, (_, index) => {
      const at = since + index * HOUR_MS;
      return { at: iso(at), ...sumTraffic(traffic, at, at + HOUR_MS), ...paceOf(pace, at) };
    }),
    backends: byBackend(answers),
  };
}

/** Builds the reader of overviews; `now` is a clock in milliseconds that never goes back. */
export function createOverview(
  db: Queryable,
  now: () => number = () => performance.now(),
): ReadOverview {
  const shown = createKept<Overview>(now);
  const store = {
    db,
    traffic: createKept<readonly HourTraffic[]>(now),
    answers: createKept<readonly HourAnswers[]>(now),
    pace: createKept<readonly HourPace[]>(now),
  };
  return (channels, hours) =>
    shown(JSON.stringify([channels?.toSorted() ?? null, hours]), SHOWN_MS, () =>
      count(store, channels, hours),
    );
}
