import { z } from "zod";
import { copyIntoPast } from "./history-copy.ts";
import { leaveSample } from "./history-sample.ts";
import { ingestionRound, loopRound } from "./loop.ts";
import { interleave, type Line, ratio, table, tell } from "./measure.ts";
import { onDatabase } from "./on-database.ts";
import type { Section } from "./report.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** Turns whose rows are copied. */
const SAMPLE = 1_000;
const WEBHOOKS = 30_000;
const LOOPS = 6_000;

/** Tables of fewer rows are read whole rather than through an index, and rightly. */
const LARGE_ROWS = 100_000;

const readsRows = z.array(
  z.object({ table: z.string(), whole: z.number(), byIndex: z.number(), isLarge: z.boolean() }),
);

/** How often each large table was read whole, and through an index, since the server began to count. */
const READS = `
  select s.relname::text as table, s.seq_scan::int as whole, coalesce(s.idx_scan, 0)::float8 as "byIndex",
    c.reltuples > ${LARGE_ROWS} as "isLarge"
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where c.reltuples > $1::int order by 1`;

/** Smaller ones are not even shown. */
const SHOWN_ROWS = 1_000;

type Reads = z.output<typeof readsRows>;

const readsOf = (url: string): Promise<Reads> =>
  onDatabase(url, async (db) => {
    // What other processes counted is told with a delay of a second at most.
    await db.query("select pg_stat_clear_snapshot()::text, pg_sleep(1.5)::text");
    return readsRows.parse(await db.query(READS, [SHOWN_ROWS]));
  });

const sizeRows = z.array(z.object({ bytes: z.number() }));

const gigabytesOf = (url: string): Promise<number> =>
  onDatabase(url, async (db) => {
    const rows = await db.query("select pg_database_size(current_database())::float8 as bytes");
    return (sizeRows.parse(rows)[0]?.bytes ?? 0) / 2 ** 30;
  });

const endRows = z.array(z.object({ bytes: z.number() }));

/** How far the server has written its log (WAL), bytes. */
const logEndOf = (url: string): Promise<number> =>
  onDatabase(url, async (db) => {
    const rows = await db.query(
      "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes",
    );
    return endRows.parse(rows)[0]?.bytes ?? 0;
  });

/** A line, and how much of the server's log each of its requests took, KB. */
interface LoggedLine extends Line {
  readonly logKb: number;
}

interface Candidate {
  readonly name: string;
  readonly databaseUrl: string;
  readonly bridge: Subject;
}

/** Loads a bridge on each database in turn, and counts how the tables of the last one were read meanwhile. */
async function measureRole(
  world: World,
  role: "web" | "all",
  databases: readonly { readonly name: string; readonly databaseUrl: string }[],
) {
  const candidates: Candidate[] = [];
  for (const { name, databaseUrl } of databases)
    candidates.push({ name, databaseUrl, bridge: await world.bridge({ role, databaseUrl }) });
  const whole = world.scaled(role === "web" ? WEBHOOKS : LOOPS);
  const load = (bridge: Subject, job: Parameters<typeof ingestionRound>[1]): Promise<Line> =>
    role === "web" ? ingestionRound([bridge], job) : loopRound([bridge], world.standins.url, job);
  const measure = async ({ name, databaseUrl, bridge }: Candidate, round: string) => {
    await world.checkpoint();
    const requests = round === "warm" ? Math.ceil(whole / 3) : whole;
    const began = await logEndOf(databaseUrl);
    const line = await load(bridge, { name, requests, run: `history ${role} ${name} ${round}` });
    const logKb = ((await logEndOf(databaseUrl)) - began) / requests / 1_024;
    return { ...line, logKb } satisfies LoggedLine;
  };
  // What a start does is no part of it: the hourly clearing up, which reads tables whole, begins with one.
  for (const candidate of candidates) await measure(candidate, "first");
  const url = candidates.at(-1)?.databaseUrl ?? "";
  const before = await readsOf(url);
  const lines = await interleave(candidates, (candidate, round) =>
    measure(candidate, String(round)),
  );
  const reads = readsBetween(before, await readsOf(url));
  for (const { bridge } of candidates) await bridge.stop();
  return { lines, reads };
}

const readsBetween = (before: Reads, after: Reads): Reads =>
  after.map(({ table: name, whole, byIndex, isLarge }) => {
    const was = before.find((one) => one.table === name);
    return {
      table: name,
      whole: whole - (was?.whole ?? 0),
      byIndex: byIndex - (was?.byIndex ?? 0),
      isLarge,
    };
  });

const logText = (lines: readonly LoggedLine[]): string =>
  lines.map(({ name, logKb }) => `${logKb.toFixed(1)} KB on ${name}`).join(", ");

/** Whether a year of history slows anything down. */
export async function measureHistory(world: World, wanted: number): Promise<Section> {
  const rows = world.isQuick ? Math.ceil(wanted / 20) : wanted;
  const [emptyUrl, fullUrl] = [await world.newDatabase(), await world.newDatabase()];
  await leaveSample(world, emptyUrl, world.scaled(SAMPLE));
  await leaveSample(world, fullUrl, SAMPLE);
  const began = performance.now();
  const made = await onDatabase(fullUrl, (db) => copyIntoPast(db, rows));
  const total = [...made.values()].reduce((sum, count) => sum + count, 0);
  const minutes = (performance.now() - began) / 60_000;
  const gigabytes = await gigabytesOf(fullUrl);
  tell(`${total} rows in ${minutes.toFixed(1)} minutes, ${gigabytes.toFixed(1)} GB`);

  const databases = [
    { name: "no history", databaseUrl: emptyUrl },
    { name: `${total} rows of history`, databaseUrl: fullUrl },
  ];
  // Answering comes first: what is only taken in stays queued.
  const loop = await measureRole(world, "all", databases);
  const ingestion = await measureRole(world, "web", databases);
  const reads = loop.reads.map(({ table: name, whole, byIndex, isLarge }) => {
    const more = ingestion.reads.find((one) => one.table === name);
    const sum = { whole: whole + (more?.whole ?? 0), byIndex: byIndex + (more?.byIndex ?? 0) };
    return { name, isLarge, ...sum };
  });
  await world.dropDatabase(fullUrl);
  const perSecond = [...ingestion.lines, ...loop.lines].map((line) => line.perSecond);
  const [emptyIn = Number.NaN, fullIn = Number.NaN] = perSecond;
  const [emptyLoop = Number.NaN, fullLoop = Number.NaN] = perSecond.slice(2);
  const scans = reads.reduce((sum, { whole, isLarge }) => sum + (isLarge ? whole : 0), 0);
  return {
    title: "A long history",
    lines: [
      `- ingestion on ${total} rows of history / on none: **${ratio(fullIn, emptyIn)}** (aim: at least 0.9)`,
      `- full loop on them / on none: **${ratio(fullLoop, emptyLoop)}** (aim: at least 0.9)`,
      `- reads of a whole table of more than ${LARGE_ROWS} rows during all of this: **${scans}**`,
      "",
      `A year of history as the default retention leaves it: the rows of ${SAMPLE} real turns, each answered, sent, delivered and read,`,
      `copied over 365 days (${minutes.toFixed(1)} minutes), for ${gigabytes.toFixed(1)} GB on disk. Dropped afterwards.`,
      "",
      ...table("webhooks", ingestion.lines),
      "",
      `Of the server's log (WAL) each webhook took ${logText(ingestion.lines)}: a page is written to it whole at its first change after a checkpoint,`,
      "one precedes each round, and what is large is changed in more places.",
      "",
      ...table("replies", loop.lines),
      "",
      "How the large tables were read meanwhile, by the server's own count (pg_stat_user_tables), without the start and its chores:",
      "",
      "| table | rows of history | read whole | through an index |",
      "|---|---|---|---|",
      ...reads.map(
        ({ name, whole, byIndex }) =>
          `| ${name} | ${made.get(name.replace(/_(?:first|default|\d{4}_\d{2})$/, "")) ?? "–"} | ${whole} | ${byIndex} |`,
      ),
    ],
    figures: {
      "history.ingestion": fullIn / emptyIn,
      "history.loop": fullLoop / emptyLoop,
      "history.rows": total,
      "history.scans": scans,
    },
  };
}
