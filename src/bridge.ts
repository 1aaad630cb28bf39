import { createMemoryCache } from "./cache/memory.ts";
import { openRedisCache } from "./cache/redis.ts";
import { withFallback } from "./cache/fallback.ts";
import type { Cache } from "./cache/cache.ts";
import type { Config } from "./config.ts";
import { configSecrets } from "./config/describe.ts";
import type { Database } from "./db/driver.ts";
import { openEmbedded } from "./db/embedded.ts";
import { deleteExpired, measureQueues, probeWrite } from "./db/maintenance.ts";
import { checkMigrated, migrate } from "./db/migrate.ts";
import { openPostgres } from "./db/postgres.ts";
import { createEngine, type Engine } from "./flow/engine.ts";
import { createReplay } from "./flow/replay.ts";
import { createApi } from "./http/api/index.ts";
import { createApp } from "./http/app.ts";
import type { HttpClient } from "./http/client.ts";
import { HTTP_DEFAULTS } from "./http/dependencies.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { rateLimitStores } from "./http/rate-limit.ts";
import { startServer } from "./http/server.ts";
import type { Log } from "./log.ts";
import { createObserver } from "./observe.ts";

export interface BridgeOptions {
  readonly config: Config;
  readonly client: HttpClient;
  readonly log: Log;
  readonly adminKey: string;
  readonly version: string;
}

/** A running bridge. */
export interface Bridge {
  readonly url: string;
  readonly db: Database;
  readonly engine: Engine;
  /** Stops taking work, lets what runs end, hands leases back, closes everything; done in less than 10 s. */
  readonly close: () => Promise<void>;
}

/** Shares of the 10 s a stop may take. */
const STOP_HTTP_MS = 3_000;
const STOP_TURNS_MS = 5_000;

const JOIN_PARKED_MS = 5_000;
const RETENTION_MS = 3_600_000;

async function openDatabase({ config, log }: BridgeOptions): Promise<Database> {
  const { url, dataDir, poolSize } = config.database;
  const db =
    url === undefined
      ? await openEmbedded(dataDir)
      : openPostgres(url, {
          poolSize,
          onConnectionError: (error) => log.warn("a database connection was lost", { error }),
        });
  try {
    await migrate(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

function openCache({ config, log }: BridgeOptions): { cache: Cache; close: () => void } {
  const memory = createMemoryCache();
  if (config.redis.url === undefined) return { cache: memory, close: () => undefined };
  const redis = openRedisCache({
    url: config.redis.url,
    onConnection: (connected) => {
      if (connected) log.info("Redis is connected");
      else log.warn("Redis is away; limits are kept by this process alone");
    },
  });
  return { cache: withFallback(redis, memory), close: redis.close };
}

/** Runs `work` again and again; a failure is logged and the next run is not affected. */
function every(ms: number, what: string, log: Log, work: () => Promise<unknown>): () => void {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn(`${what} failed`, { error }));
  }, ms);
  timer.unref();
  return () => clearInterval(timer);
}

function buildApp(
  options: BridgeOptions,
  db: Database,
  engine: Engine,
  cache: Cache,
  metrics: Metrics,
) {
  const { config, log, adminKey, version } = options;
  const { server, channels } = config;
  const secrets = [...configSecrets(config), adminKey];
  const api = createApi({
    db,
    adminKey,
    channels,
    publicUrl: server.publicUrl,
    version,
    hint: (type, code, language) =>
      [...channels.values()]
        .find((channel) => channel.type === type)
        ?.module.hint?.(code, language),
    replayEvent: createReplay({ db, accept: engine.accept, channels }),
    secrets,
  });
  const served = server.role === "worker" ? new Map() : channels;
  return createApp({
    channels: served,
    accept: engine.accept,
    ask: engine.ask,
    checks: { database: () => probeWrite(db), migrations: () => checkMigrated(db) },
    snapshot: async () => ({ storage: db.kind, queues: await measureQueues(db) }),
    adminKey,
    log,
    metrics,
    limits: rateLimitStores(cache),
    ...(server.role === "worker" ? {} : { api }),
    settings: {
      ...HTTP_DEFAULTS,
      version,
      trustProxy: server.trustProxy,
      metricsPublic: server.metricsPublic,
    },
  });
}

/** Opens the database, brings it up to date, starts the worker and listens. Rejects where any of it fails. */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const { config, log, client } = options;
  const db = await openDatabase(options);
  const { cache, close: closeCache } = openCache(options);
  const metrics = createMetrics({
    channels: [...config.channels.keys()],
    backends: config.backends.map(({ name }) => name),
    runtime: true,
  });
  const engine = createEngine({
    db,
    http: client.http,
    channels: config.channels,
    backends: config.backends,
    answers: config.answers,
    commands: config.commands,
    delivery: config.delivery,
    engine: config.engine,
    reserve: cache.reserve,
    observer: createObserver(metrics, log),
  });
  const app = buildApp(options, db, engine, cache, metrics);
  const closeStores = async (): Promise<void> => {
    client.close();
    closeCache();
    await db.close();
  };
  const { host, port, role } = config.server;
  const server = await startServer(app, { host, port }).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const timers = [
    every(JOIN_PARKED_MS, "joining parked statuses", log, engine.statuses.joinParked),
    every(RETENTION_MS, "deleting what is past its retention", log, () =>
      deleteExpired(db, config.retention),
    ),
  ];
  if (role !== "web") engine.worker.start();
  return {
    url: server.url,
    db,
    engine,
    close: async () => {
      for (const stop of timers) stop();
      await Promise.all([server.close(STOP_HTTP_MS), engine.worker.stop(STOP_TURNS_MS)]);
      await closeStores();
    },
  };
}
