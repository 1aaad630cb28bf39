import { createCampaigns } from "./campaigns/index.ts";
import type { EventConsumer } from "./campaigns/events/consumer.ts";
import type { NotificationRules } from "./campaigns/events/load-rules.ts";
import { createSender } from "./campaigns/send-message.ts";
import { resolveTemplate } from "./campaigns/templates/resolve.ts";
import type { Caches } from "./caches.ts";
import { startChores } from "./chores.ts";
import type { Config } from "./config.ts";
import { configSecrets } from "./config/describe.ts";
import type { Database } from "./db/driver.ts";
import { createEdge, type EdgeParts } from "./edge.ts";
import type { CallTools } from "./flow/call.ts";
import { createEngine, type Engine } from "./flow/engine.ts";
import { createEventDelivery } from "./flow/outgoing-events.ts";
import type { ProcessControl } from "./http/api/dependencies.ts";
import type { Shelter } from "./http/dependencies.ts";
import type { HttpClient } from "./http/client.ts";
import type { Metrics } from "./http/metrics.ts";
import { createInnerServer } from "./http/switchboard.ts";
import type { Log } from "./log.ts";
import { createLinks } from "./media/links.ts";
import { openMediaStore } from "./media/open.ts";
import { createEventObserver, createObserver } from "./observe.ts";
import { openSimulation, type Simulation } from "./simulator/open.ts";

/** What the program was told at one time. */
export interface Setup {
  readonly config: Config;
  /** What becomes of events, where they are taken. */
  readonly notifications?: NotificationRules | undefined;
  readonly adminKey: string;
}

/** What lives as long as the process, whatever it is told meanwhile. */
export interface Ground {
  readonly db: Database;
  readonly caches: Caches;
  /** Where webhooks go that the database does not take. */
  readonly shelter: Shelter | undefined;
  readonly client: HttpClient;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly version: string;
  /** Where this process listens; "" before it does. */
  readonly ownUrl: () => string;
  readonly isDraining: () => boolean;
  /** Every secret there has been so far: a message that was sent with an old one may still be asked for. */
  readonly secrets: () => readonly string[];
  readonly control: ProcessControl;
}

/** Everything that is made from one configuration. */
export interface Generation {
  readonly config: Config;
  readonly engine: Engine;
  /** Serves calls once it is connected to the server that listens. */
  readonly inner: ReturnType<typeof createInnerServer>;
  /** Says who wants to be told of which events, before any can happen. Throws `store_*`. */
  readonly prepare: () => Promise<void>;
  /** Begins to work. */
  readonly start: () => Promise<void>;
  /** Takes no more work, lets what runs end within `graceMs` and gives the rest back. */
  readonly rest: (graceMs: number) => Promise<void>;
  /** Closes what clients hold open; they connect anew. */
  readonly hangUp: () => void;
  readonly simulation: Simulation;
}

function openFiles({ config, adminKey }: Setup, tools: CallTools): EdgeParts["files"] {
  const { key = adminKey, urlTtlMs } = config.media;
  return {
    store: openMediaStore(config.media, config.database.dataDir, tools),
    links: createLinks({ secret: key, ttlMs: urlTtlMs, now: tools.now }),
  };
}

/** Takes events from a broker, where the settings say so. */
async function takeEvents(
  { config, notifications }: Setup,
  log: Log,
  tools: Pick<EdgeParts, "db" | "sender" | "metrics"> & { readonly onWork: () => void },
): Promise<EventConsumer | undefined> {
  const { rabbitmqUrl: url, prefetch } = config.notifications;
  if (notifications === undefined || url === undefined) return undefined;
  const { startNotifications } = await import("./campaigns/events/index.ts");
  const observer = createEventObserver(tools.metrics, log);
  return startNotifications({ ...tools, ...notifications, url, prefetch, observer });
}

/** Wires everything over the ground. Nothing runs before `start`. */
export async function createGeneration(setup: Setup, ground: Ground): Promise<Generation> {
  const { config: told, adminKey } = setup;
  const { db, log, metrics } = ground;
  const { cache, buckets } = ground.caches;
  const now = (): Date => new Date();
  const outside = { http: ground.client.http, stream: ground.client.stream, cache, now };
  const files = openFiles(setup, outside);
  const publicUrl = (): string => told.server.publicUrl ?? ground.ownUrl();
  const simulation = openSimulation({
    config: told,
    client: ground.client,
    adminKey,
    log,
    cache,
    store: files.store,
    baseUrl: () => (told.server.role === "worker" ? publicUrl() : ground.ownUrl()),
  });
  const { client, channels } = simulation;
  const config = { ...told, channels };
  metrics.know({
    channels: [...channels.keys()],
    backends: config.backends.map(({ name }) => name),
    currency: config.costs.currency,
  });
  const tools = { http: client.http, stream: client.stream, cache, now };
  const observer = createObserver(metrics, log, config.costs);
  const engine = createEngine({
    db,
    tools,
    channels,
    backends: config.backends,
    answers: config.answers,
    commands: config.commands,
    events: new Set(Object.values(config.webhooks.endpoints).flatMap(({ events }) => events)),
    conversation: config.conversation,
    delivery: config.delivery,
    engine: config.engine,
    cache,
    buckets,
    files: { ...files, settings: config.media, baseUrl: publicUrl },
    observer,
    resolveTemplate: (channel, request) => resolveTemplate(db, channel, request),
  });
  const onWork = engine.worker.wake;
  const sender = createSender({
    db,
    channels,
    resolveTemplate: (channel, request) => resolveTemplate(db, channel, request),
    onWork,
  });
  const events = createEventDelivery({
    db,
    http: client.http,
    endpoints: config.webhooks.endpoints,
    allowInsecure: config.server.allowInsecure,
    observer,
    now,
  });
  const campaigns = createCampaigns({
    db,
    channels,
    buckets,
    settings: config.campaigns,
    now,
    onWork,
    observer,
  });
  const broker: EdgeParts["broker"] = {};
  const { app, sockets, stream } = await createEdge({
    config,
    adminKey,
    log,
    db,
    engine,
    cache,
    metrics,
    tools,
    files,
    shelter: ground.shelter,
    sender,
    broker,
    version: ground.version,
    simulator: simulation.simulator,
    isDraining: ground.isDraining,
    // The simulated lines have secrets of their own, which the configuration that was read does not hold.
    secrets: [...new Set([...ground.secrets(), ...configSecrets(config)])],
    control: ground.control,
  });
  let stopChores = (): void => undefined;
  return {
    config,
    engine,
    simulation,
    inner: createInnerServer(app, sockets?.attach),
    prepare: events.subscribe,
    start: async () => {
      const works = config.server.role !== "web";
      if (works) {
        const consumer = await takeEvents(setup, log, { db, sender, metrics, onWork });
        if (consumer !== undefined) broker.consumer = consumer;
      }
      const chores = { db, config, log, tools, engine, events, files: files.store, metrics };
      stopChores = startChores(chores);
      if (!works) return;
      engine.worker.start();
      campaigns.start();
    },
    rest: async (graceMs) => {
      stopChores();
      await Promise.all([
        engine.worker.stop(graceMs),
        campaigns.stop(),
        events.stop(),
        broker.consumer?.stop(graceMs),
      ]);
    },
    hangUp: () => {
      sockets?.close();
      stream.close();
    },
  };
}
