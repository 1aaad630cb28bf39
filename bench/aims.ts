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

/** The aims of the benchmark, in the order of its sections. */
export const AIMS: readonly Aim[] = [
  {
    figure: "ingestion.perExpress",
    what: "ingestion on PostgreSQL / Express without a database",
    limit: { atLeast: 0.55 },
  },
  {
    figure: "ingestion.perInsert",
    what: "ingestion on PostgreSQL / Express with one INSERT per request",
    limit: { atLeast: 1.5 },
  },
  {
    figure: "ingestion.p99Ms",
    what: "99th percentile of the acknowledgement, 64 connections at full load",
    limit: { atMost: 15 },
    unit: "ms",
  },
  {
    figure: "loop.perSecond",
    what: "full loop on PostgreSQL, one process",
    limit: { atLeast: 1_500 },
    unit: "per second",
  },
  {
    figure: "loop.perFastestRival",
    what: "full loop on PostgreSQL / the fastest rival that promises nothing",
    limit: { atLeast: 1 },
  },
  {
    figure: "loop.perChatSdkPostgres",
    what: "full loop on PostgreSQL / Chat SDK on PostgreSQL",
    limit: { atLeast: 4 },
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
  },
  {
    figure: "latency.p99Ms",
    what: "latency added by the bridge at 100 a second, 99th percentile",
    limit: { atMost: 25 },
    unit: "ms",
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
  },
  {
    figure: "start.embeddedIdleMb",
    what: "memory at rest, embedded database",
    limit: { atMost: 400 },
    unit: "MB",
  },
  {
    figure: "start.postgresIdleMb",
    what: "memory at rest, PostgreSQL",
    limit: { atMost: 120 },
    unit: "MB",
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
