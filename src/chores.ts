import type { Config } from "./config.ts";
import type { Database } from "./db/driver.ts";
import { preparePartitions } from "./db/partitions.ts";
import { endPauses } from "./db/pauses.ts";
import { deleteFullBuckets } from "./db/rate-buckets.ts";
import { deleteExpired } from "./db/retention.ts";
import { refreshStatistics } from "./db/statistics.ts";
import { logSync, startKeepingSynced } from "./campaigns/templates/keep-synced.ts";
import type { CallTools } from "./flow/call.ts";
import type { Engine } from "./flow/engine.ts";
import { expireFiles } from "./flow/expire-files.ts";
import type { EventDelivery } from "./flow/outgoing-events.ts";
import type { Metrics } from "./http/metrics.ts";
import type { Log } from "./log.ts";
import type { MediaStore } from "./media/store.ts";

export interface ChoreDependencies {
  readonly db: Database;
  readonly config: Config;
  readonly log: Log;
  readonly tools: CallTools;
  readonly engine: Pick<Engine, "statuses" | "held">;
  readonly events: EventDelivery;
  readonly files: MediaStore;
  readonly metrics: Pick<Metrics, "expired">;
}

interface Chore {
  readonly what: string;
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
}

const HOUR_MS = 3_600_000;

/** What every process does: it is cheap, and harmless where several do it at once. */
function listShared({
  db,
  config,
  log,
  metrics,
  engine,
  files,
}: ChoreDependencies): readonly Chore[] {
  const { retention } = config;
  return [
    { what: "joining parked statuses", everyMs: 5_000, work: engine.statuses.joinParked },
    {
      what: "looking at tables that have grown",
      everyMs: 5_000,
      work: () => refreshStatistics(db),
    },
    { what: "deleting full buckets", everyMs: 60_000, work: () => deleteFullBuckets(db) },
    {
      what: "making the partitions of the months to come",
      everyMs: HOUR_MS,
      work: () => preparePartitions(db),
    },
    {
      what: "deleting what is past its retention",
      everyMs: HOUR_MS,
      work: async () => {
        const rows = await deleteExpired(db, retention);
        metrics.expired(rows);
        if (Object.keys(rows).length > 0) log.info("rows past their retention are gone", { rows });
      },
    },
    {
      what: "deleting files past their retention",
      everyMs: HOUR_MS,
      work: () => expireFiles({ db, store: files, retention }),
    },
  ];
}

/** What the processes do that send. */
function listWorkers({ db, engine, events }: ChoreDependencies): readonly Chore[] {
  return [
    { what: "telling events", everyMs: 1_000, work: events.run },
    { what: "ending pauses", everyMs: 5_000, work: () => endPauses(db) },
    { what: "sending what is due", everyMs: 1_000, work: engine.held.release },
    {
      what: "sending what waited for people",
      everyMs: 60_000,
      work: engine.held.releaseAnswered,
    },
  ];
}

/** Runs a chore again and again; a failure is logged and the next run is not affected. */
function start({ what, everyMs, work }: Chore, log: Log): () => void {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn(`${what} failed`, { error }));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Starts what has to be done from time to time; returns how to stop it. */
export function startChores(deps: ChoreDependencies): () => void {
  const { db, config, log, tools } = deps;
  const { server, channels, templates } = config;
  const isWorker = server.role !== "web";
  const stops = [...listShared(deps), ...(isWorker ? listWorkers(deps) : [])].map((chore) =>
    start(chore, log),
  );
  if (isWorker) {
    const onResult = (result: Parameters<typeof logSync>[1]): void => logSync(log, result);
    const syncing = { db, tools, channels, everyMs: templates.syncEveryMs, onResult };
    stops.push(
      startKeepingSynced(syncing, (error) => log.warn("listing templates failed", { error })),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}
