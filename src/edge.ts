import type { Cache } from "./cache/cache.ts";
import { describeBackends } from "./answers/standing.ts";
import type { EventConsumer } from "./campaigns/events/consumer.ts";
import type { Sender } from "./campaigns/send-message.ts";
import { createTemplateOffice } from "./campaigns/templates/office.ts";
import type { Config } from "./config.ts";
import { saveAccountStates } from "./db/account-states.ts";
import { recordAudit } from "./db/audit.ts";
import { resolveContacts } from "./db/contacts.ts";
import type { Database } from "./db/driver.ts";
import { measureQueues, measureWaiting, probeWrite } from "./db/maintenance.ts";
import { findFile } from "./db/media-files.ts";
import { checkMigrated } from "./db/migrate.ts";
import { createAnnounceByName } from "./flow/announce.ts";
import type { CallTools } from "./flow/call.ts";
import { connectAccount } from "./flow/connect.ts";
import type { Engine } from "./flow/engine.ts";
import { createEraseContact } from "./flow/erase-contact.ts";
import { probeChannel } from "./flow/probe.ts";
import { createReplay } from "./flow/replay.ts";
import { createTryBackend } from "./flow/try-backend.ts";
import type { ApiDependencies, ProcessControl } from "./http/api/dependencies.ts";
import { createApi } from "./http/api/index.ts";
import { ADDRESS_PER_MINUTE } from "./http/api/limits.ts";
import { isStillAllowed } from "./http/api/stream.ts";
import { createStreamHub } from "./http/api/stream-hub.ts";
import { createApp } from "./http/app.ts";
import { HTTP_DEFAULTS, type Shelter } from "./http/dependencies.ts";
import { docsRouter } from "./http/docs.ts";
import { filesRouter } from "./http/files.ts";
import { describeMessaging, findMessagingFacts } from "./http/messaging-facts.ts";
import { messagingTests } from "./http/messaging-tests.ts";
import type { Metrics } from "./http/metrics.ts";
import { createBundles, PAGES } from "./http/pages/bundle.ts";
import { pageRouter } from "./http/pages/index.ts";
import { rateLimitStores } from "./http/rate-limit.ts";
import { createSessionTokens } from "./http/session-token.ts";
import { createSocketServer } from "./http/socket-io.ts";
import type { Log } from "./log.ts";
import { SIMULATOR_TENANT } from "./simulator/names.ts";
import type { Simulator } from "./simulator/simulator.ts";
import type { Links } from "./media/links.ts";
import type { MediaStore } from "./media/store.ts";
import { showSettings } from "./shown-settings.ts";

/** What the edge serves, and what it needs to know. */
export interface EdgeParts {
  readonly config: Config;
  readonly log: Log;
  readonly adminKey: string;
  readonly version: string;
  readonly db: Database;
  readonly engine: Engine;
  readonly cache: Cache;
  readonly metrics: Metrics;
  readonly tools: CallTools;
  readonly files: { readonly store: MediaStore; readonly links: Links };
  /** Where webhooks go that the database does not take. */
  readonly shelter: Shelter | undefined;
  /** Filled once events are taken. */
  readonly broker: { consumer?: EventConsumer };
  readonly sender: Sender;
  /** The simulated lines; undefined where they are switched off. */
  readonly simulator: Simulator | undefined;
  readonly isDraining: () => boolean;
  /** Values that must not leave the bridge. */
  readonly secrets: readonly string[];
  readonly control: ProcessControl;
}

type Shared = Pick<ApiDependencies, "limits" | "stream" | "sessions">;

function describeApi(parts: EdgeParts, shared: Shared): ApiDependencies {
  const { config, db, engine, tools, files, log, adminKey, version } = parts;
  const { channels } = config;
  return {
    ...shared,
    db,
    adminKey,
    secrets: parts.secrets,
    control: parts.control,
    perMinute: { key: config.api.perMinute, address: ADDRESS_PER_MINUTE },
    log,
    channels,
    publicUrl: config.server.publicUrl,
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
    connectAccount: async (name, account) => {
      const channel = channels.get(name)?.channel;
      return channel && (await connectAccount(channel, account, tools));
    },
    tryBackend: createTryBackend({
      db,
      backends: config.backends,
      channels,
      language: config.answers.language,
      mergeTexts: config.answers.mergeTexts,
      now: tools.now,
    }),
    settings: showSettings(config, { storage: db.kind, version }),
    openFile: files.store.open,
    replayEvent: createReplay({ db, accept: engine.accept, channels }),
    announceConsent: createAnnounceByName(channels, tools, (error) =>
      log.error("an opt-out was not told to the provider", { error }),
    ),
    sender: parts.sender,
    simulator: parts.simulator,
    templates: createTemplateOffice({ db, tools, channels }),
    costs: config.costs,
    maxRecipients: config.campaigns.maxRecipients,
    resolveContact: async (person) => {
      const [id] = await resolveContacts(db, [person]);
      if (id === undefined) throw new Error("a person without a contact");
      return id;
    },
    eraseContact: createEraseContact({
      db,
      removeFile: files.store.remove,
      onFileLeft: (error) => log.warn("a file of an erased person is removed later", { error }),
    }),
  };
}

/** What people look at. */
function describePages({ log, simulator }: Pick<EdgeParts, "log" | "simulator">) {
  const bundleOf = createBundles();
  const pages = simulator === undefined ? (["admin"] as const) : PAGES;
  return new Map(pages.map((page) => [`/${page}`, pageRouter({ page, bundleOf, log })]));
}

/** The application, and beside it what serves clients that hold connections, where there is such a channel. */
export async function createEdge(parts: EdgeParts) {
  const { config, db, engine, cache, metrics, tools, files, log, adminKey, version } = parts;
  const { server, channels } = config;
  const limits = rateLimitStores(cache);
  const stream = createStreamHub({ db, log, isAllowed: (caller) => isStillAllowed(db, caller) });
  const sessions = createSessionTokens(adminKey, Date.now);
  const api = createApi(describeApi(parts, { limits, stream, sessions }));
  const operated = new Map([...channels].filter(([, { tenant }]) => tenant !== SIMULATOR_TENANT));
  const facts = findMessagingFacts(operated.values());
  const tests = messagingTests({
    channels: operated,
    facts,
    tools,
    adminKey,
    limits,
    log,
    secrets: parts.secrets,
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
    shelter: parts.shelter,
    ask: engine.ask,
    tools,
    checks: { database: () => probeWrite(db), migrations: () => checkMigrated(db) },
    snapshot: async () => ({
      storage: db.kind,
      queues: await measureQueues(db),
      workWaitingSeconds: await measureWaiting(db, [...channels.keys()]),
      broker: parts.broker.consumer?.state(),
    }),
    isDraining: parts.isDraining,
    adminKey,
    log,
    metrics,
    limits,
    files: filesRouter({
      links: files.links,
      find: (id) => findFile(db, id),
      open: files.store.open,
    }),
    ...(server.role === "worker"
      ? {}
      : { api, docs: docsRouter(), pages: describePages(parts), messagingTests: tests }),
    about: describeMessaging(facts, server.serviceName),
    settings: {
      ...HTTP_DEFAULTS,
      version,
      trustProxy: server.trustProxy,
      metricsPublic: server.metricsPublic,
    },
  };
  return { app: createApp(edge), sockets: await createSocketServer(edge), stream };
}
