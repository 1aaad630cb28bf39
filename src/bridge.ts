import { createCampaigns } from "./campaigns/index.ts";
import type { EventConsumer } from "./campaigns/events/consumer.ts";
import { startNotifications } from "./campaigns/events/index.ts";
import type { NotificationRules } from "./campaigns/events/load-rules.ts";
import { createSender } from "./campaigns/send-message.ts";
import { resolveTemplate } from "./campaigns/templates/resolve.ts";
import { openCaches } from "./caches.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/driver.ts";
import { openEmbedded } from "./db/embedded.ts";
import { migrate } from "./db/migrate.ts";
import { openPostgres } from "./db/postgres.ts";
import type { CallTools } from "./flow/call.ts";
import { createEngine, type Engine } from "./flow/engine.ts";
import { createEventDelivery } from "./flow/outgoing-events.ts";
import type { HttpClient } from "./http/client.ts";
import { createMetrics } from "./http/metrics.ts";
import { startServer } from "./http/server.ts";
import type { Log } from "./log.ts";
import { createLinks } from "./media/links.ts";
import { openMediaStore } from "./media/open.ts";
import { createEventObserver, createObserver } from "./observe.ts";
import { openSimulation } from "./simulator/open.ts";
import { startChores } from "./chores.ts";
import { createEdge, type EdgeParts } from "./edge.ts";

export interface BridgeOptions {
  readonly config: Config;
  /** What becomes of events, where they are taken. */
  readonly notifications?: NotificationRules | undefined;
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

function openFiles({ config, adminKey }: BridgeOptions, tools: CallTools): EdgeParts["files"] {
  const { key = adminKey, urlTtlMs } = config.media;
  return {
    store: openMediaStore(config.media, config.database.dataDir, tools),
    links: createLinks({ secret: key, ttlMs: urlTtlMs, now: tools.now }),
  };
}

/** Takes events from a broker, where the settings say so. */
async function takeEvents(
  { config, notifications, log }: BridgeOptions,
  tools: Pick<EdgeParts, "db" | "sender" | "metrics"> & { readonly onWork: () => void },
): Promise<EventConsumer | undefined> {
  const { rabbitmqUrl: url, prefetch } = config.notifications;
  if (notifications === undefined || url === undefined) return undefined;
  const observer = createEventObserver(tools.metrics, log);
  return startNotifications({ ...tools, ...notifications, url, prefetch, observer });
}

/** Opens the database, brings it up to date, starts the worker and listens. Rejects where any of it fails. */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const { config: told, log } = options;
  const db = await openDatabase(options);
  const { cache, buckets, close: closeCache } = openCaches(told.redis, db, log);
  const now = (): Date => new Date();
  const outside = { http: options.client.http, stream: options.client.stream, cache, now };
  const files = openFiles(options, outside);
  const address: { url: string | undefined } = { url: told.server.publicUrl };
  const own: { url?: string } = {};
  const simulation = openSimulation({
    ...options,
    cache,
    store: files.store,
    baseUrl: () => (told.server.role === "worker" ? address.url : own.url) ?? "",
  });
  const { client, channels } = simulation;
  const config = { ...told, channels };
  const metrics = createMetrics({
    channels: [...config.channels.keys()],
    backends: config.backends.map(({ name }) => name),
    runtime: true,
  });
  const tools = { http: client.http, stream: client.stream, cache, now };
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
    buckets,
    files: { ...files, settings: config.media, baseUrl: () => address.url ?? "" },
    observer,
    resolveTemplate: (channel, request) => resolveTemplate(db, channel, request),
  });
  const sender = createSender({
    db,
    channels: config.channels,
    resolveTemplate: (channel, request) => resolveTemplate(db, channel, request),
    onWork: engine.worker.wake,
  });
  const events = createEventDelivery({
    db,
    http: client.http,
    endpoints: config.webhooks.endpoints,
    allowInsecure: config.server.allowInsecure,
    observer,
    now: tools.now,
  });
  const campaigns = createCampaigns({
    db,
    channels: config.channels,
    buckets,
    settings: config.campaigns,
    now: tools.now,
    onWork: engine.worker.wake,
    observer,
  });
  const broker: EdgeParts["broker"] = {};
  const { app, sockets, stream } = createEdge({
    ...options,
    config,
    db,
    engine,
    cache,
    metrics,
    tools,
    files,
    sender,
    broker,
    simulator: simulation.simulator,
  });
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
  own.url = server.url;
  const stopChores = startChores({
    db,
    config,
    log,
    tools,
    engine,
    events,
    files: files.store,
  });
  if (role !== "web") {
    engine.worker.start();
    campaigns.start();
    const consumer = await takeEvents(options, { db, sender, metrics, onWork: engine.worker.wake });
    if (consumer !== undefined) broker.consumer = consumer;
  }
  return {
    url: server.url,
    db,
    engine,
    close: async () => {
      stopChores();
      sockets?.close();
      stream.close();
      await Promise.all([
        server.close(STOP_HTTP_MS),
        engine.worker.stop(STOP_TURNS_MS),
        campaigns.stop(),
        events.stop(),
        broker.consumer?.stop(STOP_TURNS_MS),
        simulation.stop(),
      ]);
      await closeStores();
    },
  };
}
