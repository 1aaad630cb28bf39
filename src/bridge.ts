import { createMemoryCache } from "./cache/memory.ts";
import { openRedisCache } from "./cache/redis.ts";
import { withFallback } from "./cache/fallback.ts";
import type { Cache } from "./cache/cache.ts";
import { describeBackends } from "./answers/standing.ts";
import type { Config } from "./config.ts";
import { configSecrets } from "./config/describe.ts";
import { saveAccountStates } from "./db/account-states.ts";
import type { Database } from "./db/driver.ts";
import { recordAudit } from "./db/audit.ts";
import { openEmbedded } from "./db/embedded.ts";
import { deleteExpired, measureQueues, probeWrite } from "./db/maintenance.ts";
import { checkMigrated, migrate } from "./db/migrate.ts";
import { endPauses } from "./db/pauses.ts";
import { openPostgres } from "./db/postgres.ts";
import { findFile } from "./db/media-files.ts";
import { createAnnounceByName } from "./flow/announce.ts";
import type { CallTools } from "./flow/call.ts";
import { createEngine, type Engine } from "./flow/engine.ts";
import { probeChannel } from "./flow/probe.ts";
import { expireFiles } from "./flow/expire-files.ts";
import { createEventDelivery } from "./flow/outgoing-events.ts";
import { createReplay } from "./flow/replay.ts";
import { createApi } from "./http/api/index.ts";
import { createApp } from "./http/app.ts";
import type { HttpClient } from "./http/client.ts";
import { HTTP_DEFAULTS } from "./http/dependencies.ts";
import { filesRouter } from "./http/files.ts";
import { describeMessaging, findMessagingFacts } from "./http/messaging-facts.ts";
import { messagingTests } from "./http/messaging-tests.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { rateLimitStores } from "./http/rate-limit.ts";
import { startServer } from "./http/server.ts";
import { createSocketServer } from "./http/socket-io.ts";
import type { Log } from "./log.ts";
import { createLinks, type Links } from "./media/links.ts";
import { openMediaStore } from "./media/open.ts";
import type { MediaStore } from "./media/store.ts";
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
const TELL_EVENTS_MS = 1_000;
const END_PAUSES_MS = 5_000;
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

interface Parts {
  readonly db: Database;
  readonly engine: Engine;
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly tools: CallTools;
  readonly files: { readonly store: MediaStore; readonly links: Links };
}

function openFiles({ config, adminKey }: BridgeOptions, tools: CallTools): Parts["files"] {
  const { key = adminKey, urlTtlMs } = config.media;
  return {
    store: openMediaStore(config.media, config.database.dataDir, tools),
    links: createLinks({ secret: key, ttlMs: urlTtlMs, now: tools.now }),
  };
}

/** The application, and beside it what serves clients that hold connections, where there is such a channel. */
function buildApp(options: BridgeOptions, parts: Parts) {
  const { db, engine, cache, metrics, tools, files } = parts;
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
    backends: () => describeBackends(config.backends, engine.backends()),
    checkChannel: async (name) => {
      const channel = channels.get(name)?.channel;
      const found = channel && (await probeChannel(channel, tools));
      await saveAccountStates(db, found?.map((one) => ({ channel: name, ...one })) ?? []);
      return found;
    },
    replayEvent: createReplay({ db, accept: engine.accept, channels }),
    announceConsent: createAnnounceByName(channels, tools, (error) =>
      log.error("an opt-out was not told to the provider", { error }),
    ),
    secrets,
  });
  const limits = rateLimitStores(cache);
  const facts = findMessagingFacts(channels.values());
  const tests = messagingTests({
    channels,
    facts,
    tools,
    adminKey,
    limits,
    log,
    secrets,
    audit: (entry) => recordAudit(db, entry),
    settings: {
      isEnabled: server.messagingTestsEnabled,
      recipient: server.messagingTestRecipient,
    },
  });
  const served = server.role === "worker" ? new Map() : channels;
  const edge = {
    channels: served,
    accept: engine.accept,
    ask: engine.ask,
    tools,
    checks: { database: () => probeWrite(db), migrations: () => checkMigrated(db) },
    snapshot: async () => ({ storage: db.kind, queues: await measureQueues(db) }),
    adminKey,
    log,
    metrics,
    limits,
    files: filesRouter({
      links: files.links,
      find: (id) => findFile(db, id),
      open: files.store.open,
    }),
    ...(server.role === "worker" ? {} : { api, messagingTests: tests }),
    about: describeMessaging(facts, server.serviceName),
    settings: {
      ...HTTP_DEFAULTS,
      version,
      trustProxy: server.trustProxy,
      metricsPublic: server.metricsPublic,
    },
  };
  return { app: createApp(edge), sockets: createSocketServer(edge) };
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
  const tools = { http: client.http, stream: client.stream, cache, now: () => new Date() };
  const files = openFiles(options, tools);
  const address = { url: config.server.publicUrl };
  const observer = createObserver(metrics, log);
  const engine = createEngine({
    db,
    tools,
    channels: config.channels,
    backends: config.backends,
    answers: config.answers,
    commands: config.commands,
    events: new Set(Object.values(config.webhooks.endpoints).flatMap(({ events }) => events)),
    conversation: config.conversation,
    delivery: config.delivery,
    engine: config.engine,
    cache,
    files: { ...files, settings: config.media, baseUrl: () => address.url ?? "" },
    observer,
  });
  const events = createEventDelivery({
    db,
    http: client.http,
    endpoints: config.webhooks.endpoints,
    allowInsecure: config.server.allowInsecure,
    observer,
    now: tools.now,
  });
  const { app, sockets } = buildApp(options, { db, engine, cache, metrics, tools, files });
  const closeStores = async (): Promise<void> => {
    client.close();
    closeCache();
    await db.close();
  };
  const { host, port, role } = config.server;
  const attach = sockets === undefined ? {} : { attach: sockets.attach };
  const server = await events
    .subscribe()
    .then(() => startServer(app, { host, port, ...attach }))
    .catch(async (error: unknown) => {
      await closeStores();
      throw error;
    });
  address.url ??= server.url;
  const timers = [
    every(JOIN_PARKED_MS, "joining parked statuses", log, engine.statuses.joinParked),
    every(RETENTION_MS, "deleting what is past its retention", log, () =>
      deleteExpired(db, config.retention),
    ),
    every(RETENTION_MS, "deleting files past their retention", log, () =>
      expireFiles({ db, store: files.store, retention: config.retention }),
    ),
  ];
  if (role !== "web") {
    timers.push(
      every(TELL_EVENTS_MS, "telling events", log, events.run),
      every(END_PAUSES_MS, "ending pauses", log, () => endPauses(db)),
    );
    engine.worker.start();
  }
  return {
    url: server.url,
    db,
    engine,
    close: async () => {
      for (const stop of timers) stop();
      sockets?.close();
      await Promise.all([
        server.close(STOP_HTTP_MS),
        engine.worker.stop(STOP_TURNS_MS),
        events.stop(),
      ]);
      await closeStores();
    },
  };
}
