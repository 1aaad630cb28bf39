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
  | "growth.objectsPerMinute"
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
  readonly unit?: "ms" | "MB" | "MB a minute" | "per second";
  /** Where the time goes where the aim is not met, from a profile; Markdown. */
  readonly gap?: string;
}

/** The tables from which the reasons are read: their numbers are those of the latest run, so that none stands here. */
const TIMES = "[Where the time goes](../../bench/results.md#where-the-time-goes)";
const HOLDINGS = "[Where the memory is](../../bench/results.md#where-the-memory-is)";

const INGESTION_GAP =
  `the processor time that a webhook takes in the bridge's one thread (${TIMES}, first row) bounds it alone, and with 64 connections in ` +
  "lock-step the cores are idle while a batch is made durable. Express without a database stores nothing; an INSERT per request writes one " +
  "row over ten connections, the bridge four: the body, the message, its place in the queue, the conversation that is due. In the " +
  "bridge's thread more than half is the engine, Node and the kernel's writing to sockets; no function of ours stands out";

const P99_GAP =
  "64 connections that wait for each other wait 64 / (webhooks per second) on average, which is most of the aim by itself; they come in two " +
  "batches of about 32, and whoever comes while both are under way waits for the next one";

const LOOP_GAP =
  `the processor time that a reply takes in the bridge's one thread (${TIMES}, second row) bounds it alone, and PostgreSQL takes another half of ` +
  "that on the same two cores. In the thread the two calls to bot and provider (axios, Node's HTTP) and writing to sockets take the most; in " +
  "PostgreSQL the turn's commit, claiming, storing the webhook and the outcome of the send: messages have 21 indexes for the pages and " +
  "figures that read them. The rivals that are faster have none of these statements: they verify, ask and send, and what they hold is gone " +
  "when they end";

const LATENCY_GAP =
  "one answer waits for six statements, one after the other: who writes, store; claim and read; the limits; the turn, which marks its " +
  `first message as being sent. The server takes a small part of it (${TIMES}, third row); what else is waited for are the ways there and back ` +
  "between processes that sleep: at 100 a second the bridge spends most of its processor time on being woken and on waking others, several " +
  "times as much for each webhook as under full load";

const START_GAP =
  "PGlite alone takes a third of it; of the rest (a profile by `--cpu-prof`) most is finding, reading, compiling and linking some 700 modules, " +
  "then collecting garbage, zod's schemas and our own modules. The built program keeps no compiled modules; a checkout does";

const REST_GAP =
  `Node's own program and a bare server on it are more than half of the aim (${HOLDINGS}). Of what the bridge adds most are the objects of some 700 ` +
  "modules: their texts, their compiled functions and zod's schemas; the rest is room for new objects and what native code holds for them";

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
    gap: P99_GAP,
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
  {
    figure: "growth.objectsPerMinute",
    what: "what a bridge at work holds more each minute, objects and their buffers",
    limit: { atMost: 1 },
    unit: "MB a minute",
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
  if (unit === "MB a minute") return `${value.toFixed(2)} ${unit}`;
  return `${Math.round(value)} ${unit}`;
}
