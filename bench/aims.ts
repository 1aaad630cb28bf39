/** What is compared with an aim, by name; ratios without a unit. */
export type FigureName =
  | "ingestion.perExpress"
  | "ingestion.perInsert"
  | "ingestion.perSecond"
  | "ingestion.embeddedPerSecond"
  | "ingestion.p50Ms"
  | "ingestion.p99Ms"
  | "loop.perSecond"
  | "loop.embeddedPerSecond"
  | "loop.perFastestRival"
  | "loop.perChatSdkPostgres"
  | "peers.broken"
  | "latency.p50Ms"
  | "latency.p99Ms"
  | "latency.fastP50Ms"
  | "latency.fastP99Ms"
  | "queue.ingestion"
  | "queue.drain"
  | "queue.drainPerSecond"
  | "history.ingestion"
  | "history.loop"
  | "history.rows"
  | "history.scans"
  | "start.embeddedWarmMs"
  | "start.embeddedIdleMb"
  | "start.postgresIdleMb"
  | "processes.two"
  | "processes.four"
  | "processes.twoLoop"
  | "processes.fourLoop"
  | "api.acceptedPerSecond"
  | "api.sentPerSecond"
  | "campaign.perSecond"
  | "campaign.readPerSecond"
  | "campaign.peakMb"
  | "pacing.slowError"
  | "pacing.fastError";

/** What a run of the benchmark found. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** A figure that the bridge is to reach on two shared cores. */
export interface Aim {
  readonly figure: FigureName;
  /** What is measured, as a row of the document. */
  readonly what: string;
  /** What it is to be: at most, at least, or within a share of one. */
  readonly limit:
    { readonly atLeast: number } | { readonly atMost: number } | { readonly within: number };
  readonly unit?: "ms" | "MB" | "per second";
  /** Where the time goes where the aim is not met, from a profile; Markdown. */
  readonly gap?: string;
}

/** Where a webhook's time goes, from the processor times of all processes. */
const INGESTION_GAP =
  "a webhook costs some 358 µs of processor time on two cores, from the times of the processes: 180 in the bridge, 140 in PostgreSQL and " +
  "38 in the load. That would be 5,600 a second if nobody ever waited; with 64 connections in lock-step the cores are idle for a third of " +
  "the time. Express alone answers in 106 µs, and stores nothing";

/** Where a reply's time goes, from the same, `--cpu-prof` of the bridge and `pg_stat_statements`. */
const LOOP_GAP =
  "a reply costs some 3.1 ms of processor time on two cores, from the times of the processes: 1.7 in the bridge, whose one thread is busy " +
  "for nine tenths of the time, 1.1 in PostgreSQL and 0.3 in load and stand-ins. In the bridge's profile the calls to bot and provider " +
  "take 22 % (axios's own code 14), writing to and reading from PostgreSQL 24 %, garbage 8 %; the rest is spread over the turn. Of " +
  "PostgreSQL's time (`pg_stat_statements`, read while other work ran) the turn's commit takes 24 %, claims 20, storing the webhook 15, marking a " +
  "message as being sent 9, its outcome 9, reading what was claimed 8. Messages have 21 indexes for the pages and figures that read them, " +
  "and each step of a message's life writes those it touches. The rivals that are faster have none of these statements: they verify, " +
  "ask and send, and what they hold is gone when they end";

/** Where the time of one answer goes, from the times of the statements of a bridge under that load. */
const LATENCY_GAP =
  "one answer waits for eight statements, one after the other: who writes, store; claim, read, two limits, the turn, the mark " +
  "before the send, most of them committed on their own. On a quiet machine each takes 1 to 2 ms here (15 ms in all), at 100 a second 2 to 5, " +
  "in part waiting for the disk: with `synchronous_commit = off`, which is not safe, the median of one short run fell from 30 to 22 ms. What is left " +
  "is the way to the server and back on two cores that six processes share";

/** From the times of a start on PGlite alone, and from readings of the built program. */
const START_GAP =
  "0.5 s of it PGlite takes alone; the rest is loading the modules of a checkout and opening channels and routes, and is not yet told apart";

const REST_GAP =
  "measured from a checkout, which keeps what strips the types of its modules: the built program held 119 MB on PostgreSQL where a checkout " +
  "held 147. PGlite alone holds 310 to 380 MB";

/** The aims of the benchmark, in the order of its sections. */
export const AIMS: readonly Aim[] = [
  {
    figure: "ingestion.perExpress",
    what: "ingestion on PostgreSQL / Express without a database",
    limit: { atLeast: 0.55 },
    gap: INGESTION_GAP,
  },
  {
    figure: "ingestion.perInsert",
    what: "ingestion on PostgreSQL / Express with one INSERT per request",
    limit: { atLeast: 1.5 },
    gap: INGESTION_GAP,
  },
  {
    figure: "ingestion.p99Ms",
    what: "99th percentile of the acknowledgement, 64 connections at full load",
    limit: { atMost: 15 },
    unit: "ms",
    gap: "64 connections that wait for each other fill two batches of about 32 webhooks; a batch takes 9 ms from its statement to its commit, and whoever comes while both are under way waits for the next one",
  },
  {
    figure: "loop.perSecond",
    what: "full loop on PostgreSQL, one process",
    limit: { atLeast: 1_500 },
    unit: "per second",
    gap: LOOP_GAP,
  },
  {
    figure: "loop.perFastestRival",
    what: "full loop on PostgreSQL / the fastest rival that promises nothing",
    limit: { atLeast: 1 },
    gap: LOOP_GAP,
  },
  {
    figure: "loop.perChatSdkPostgres",
    what: "full loop on PostgreSQL / Chat SDK on PostgreSQL",
    limit: { atLeast: 4 },
    gap: LOOP_GAP,
  },
  {
    figure: "peers.broken",
    what: "messages lost, answered twice or out of order in the comparison",
    limit: { atMost: 0 },
  },
  {
    figure: "latency.p50Ms",
    what: "latency added by the bridge at 100 a second, median",
    limit: { atMost: 5 },
    unit: "ms",
    gap: LATENCY_GAP,
  },
  {
    figure: "latency.p99Ms",
    what: "latency added by the bridge at 100 a second, 99th percentile",
    limit: { atMost: 25 },
    unit: "ms",
    gap: LATENCY_GAP,
  },
  {
    figure: "queue.ingestion",
    what: "ingestion with 100,000 messages queued / with none",
    limit: { within: 0.1 },
  },
  {
    figure: "history.ingestion",
    what: "ingestion on 10 million rows of history / on none",
    limit: { within: 0.1 },
  },
  {
    figure: "history.loop",
    what: "full loop on 10 million rows of history / on none",
    limit: { within: 0.1 },
  },
  {
    figure: "history.scans",
    what: "whole reads of large tables during that load",
    limit: { atMost: 0 },
  },
  {
    figure: "start.embeddedWarmMs",
    what: "start on the embedded database that is there already",
    limit: { atMost: 1_500 },
    unit: "ms",
    gap: START_GAP,
  },
  {
    figure: "start.embeddedIdleMb",
    what: "memory at rest, embedded database",
    limit: { atMost: 400 },
    unit: "MB",
    gap: REST_GAP,
  },
  {
    figure: "start.postgresIdleMb",
    what: "memory at rest, PostgreSQL",
    limit: { atMost: 120 },
    unit: "MB",
    gap: REST_GAP,
  },
];

/** Whether a figure reaches its aim. Flat means no slower: what is faster than before is flat too. */
export function isMet({ limit }: Aim, value: number): boolean {
  if ("atLeast" in limit) return value >= limit.atLeast;
  if ("atMost" in limit) return value <= limit.atMost;
  return value >= 1 - limit.within;
}

/** An aim in words, such as "at most 15 ms". */
export function limitText({ limit, unit }: Aim): string {
  const suffix = unit === undefined ? "" : ` ${unit}`;
  if ("atLeast" in limit) return `at least ${limit.atLeast}${suffix}`;
  if ("atMost" in limit) return `at most ${limit.atMost}${suffix}`;
  return `within ${Math.round(limit.within * 100)} %`;
}

/** A figure as it is shown beside its aim. */
export function figureText({ unit, limit }: Aim, value: number): string {
  if (unit === undefined) return "atMost" in limit ? String(value) : value.toFixed(2);
  if (unit === "ms" && value < 100) return `${value.toFixed(1)} ms`;
  return `${Math.round(value)} ${unit}`;
}
