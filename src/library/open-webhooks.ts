import { openCaches } from "../caches.ts";
import { resolveTemplate } from "../campaigns/templates/resolve.ts";
import { ConfigError } from "../config/problems.ts";
import { probeWrite } from "../db/maintenance.ts";
import { checkMigrated } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { BridgeError } from "../errors.ts";
import { createIntake } from "../flow/intake.ts";
import { HTTP_DEFAULTS } from "../http/dependencies.ts";
import { createMetrics } from "../http/metrics.ts";
import { createWebhookHandler, type WebhookHandler } from "../http/webhook-handler.ts";
import { findParties } from "../http/webhook-parties.ts";
import type { WebhookResponse } from "../http/webhook-response.ts";
import { createObserver } from "../observe.ts";
import { type LibraryOptions, readParts } from "./told.ts";
import { answerCall, type WebhookCall } from "./webhook-call.ts";

/** The part of the bridge that takes webhooks, without a server and without a worker. */
export interface Webhooks {
  /** Verifies a call, stores what it brings and says what to answer. Never rejects: what fails has a status. */
  readonly handle: (call: WebhookCall) => Promise<WebhookResponse>;
  /**
   * Stores events of Event Grid that the platform has delivered and vouches for. Rejects with a `BridgeError` where they
   * are not stored, so that the platform delivers them again.
   */
  readonly acceptEvents: (channel: string, events: readonly unknown[]) => Promise<void>;
  /** Resolves where webhooks can be stored now; rejects with a `BridgeError` that says why not. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Webhooks are answered by a worker, and a worker in another process needs a database that both can reach. */
const NEEDS_SERVER = {
  where: "database.url (DATABASE_URL)",
  detail: "is required here: the database inside the program belongs to one process alone",
};

/**
 * Opens everything between a provider's call and its acknowledgement, for servers that are not ours: functions in a cloud,
 * another framework. What is stored is answered by any bridge with the role `all` or `worker` on the same database, which
 * also brings the tables up to date. Throws a `ConfigError` with every problem of the settings.
 */
export async function openWebhooks(options: LibraryOptions): Promise<Webhooks> {
  const { told, client, openLog } = readParts(options);
  const { config } = told;
  if (config.database.url === undefined) throw new ConfigError([NEEDS_SERVER]);
  const log = openLog();
  const db = await openDatabase(config.database, {
    onConnectionError: (error) => log.warn("a database connection was lost", { error }),
  });
  const { cache, buckets, close: closeCache } = await openCaches(config.redis, db, log);
  const metrics = createMetrics({
    channels: [...config.channels.keys()],
    backends: config.backends.map(({ name }) => name),
  });
  const { accept } = createIntake({
    ...config,
    db,
    buckets,
    observer: createObserver(metrics, log),
    resolveTemplate: (channel, request) => resolveTemplate(db, channel, request),
    onWork: () => undefined,
  });
  const isMigrated = once(() => checkMigrated(db));
  const tools = { http: client.http, stream: client.stream, cache, now: () => new Date() };
  const deps = {
    accept: (webhook: Parameters<typeof accept>[0]) => isMigrated().then(() => accept(webhook)),
    tools,
    log,
    settings: HTTP_DEFAULTS,
  };
  const handlers = new Map(
    [...findParties([...config.channels.values()])].map(([name, parties]) => [
      name,
      createWebhookHandler(deps, name, parties),
    ]),
  );
  return {
    handle: (call) => answerCall(handlers, call),
    acceptEvents: (channel, events) => takeEvents(handlers.get(channel), channel, events),
    check: async () => {
      await isMigrated();
      await probeWrite(db);
    },
    close: async () => {
      told.unwatch();
      client.close();
      closeCache();
      await db.close();
    },
  };
}

/** Remembers a success; a failure is tried again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    done.catch(() => (done = undefined));
    return done;
  };
}

async function takeEvents(
  handler: WebhookHandler | undefined,
  channel: string,
  events: readonly unknown[],
): Promise<void> {
  if (handler === undefined)
    throw new BridgeError("channel_unknown", `no channel takes webhooks as ${channel}`);
  const { status } = await handler.handle({
    method: "POST",
    suffix: "",
    headers: { "content-type": "application/json" },
    query: {},
    rawBody: Buffer.from(JSON.stringify(events)),
    isAuthenticated: true,
  });
  if (status === 200) return;
  const code = status === 503 ? "store_unavailable" : "request_invalid";
  throw new BridgeError(code, `the events were not stored: answered ${status}`);
}
