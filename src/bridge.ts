import { setTimeout as sleep } from "node:timers/promises";
import { openCaches } from "./caches.ts";
import { configSecrets } from "./config/describe.ts";
import type { Config } from "./config.ts";
import { recordAudit } from "./db/audit.ts";
import { refuseUnfinishedCopy } from "./db/copy-marks.ts";
import type { Database } from "./db/driver.ts";
import { migrate } from "./db/migrate.ts";
import { explainOpening, openDatabase } from "./db/open.ts";
import { preparePartitions } from "./db/partitions.ts";
import { BridgeError } from "./errors.ts";
import { createGeneration, type Ground, type Setup } from "./generation.ts";
import type { HttpClient } from "./http/client.ts";
import { RULES } from "./db/retention.ts";
import { createMetrics } from "./http/metrics.ts";
import { type RunningServer, startServer } from "./http/server.ts";
import { createSwitchboard } from "./http/switchboard.ts";
import type { Log } from "./log.ts";
import type { LogLevels } from "./log-level.ts";
import { createReload, type Reading, refuseReload, type Reload, type Reread } from "./reload.ts";
import { openConfiguredSpool, tellSpool } from "./spool/open.ts";
import type { Spool } from "./spool/spool.ts";
import { createSuccession } from "./succession.ts";

export interface BridgeOptions extends Setup {
  readonly client: HttpClient;
  readonly log: Log;
  readonly version: string;
  /** The level of the log, where it can be changed while the bridge runs. */
  readonly logLevels?: LogLevels | undefined;
  /** Reads the configuration again; without it the bridge goes on with this one until it is closed. */
  readonly reread?: Reread | undefined;
  /** Lets go of what the configuration was read with, once another one is in its place. */
  readonly reading?: Pick<Reading, "rulesText" | "unwatch"> | undefined;
  /** Gives the start up where it is aborted before the bridge listens: what was opened is closed again. */
  readonly signal?: AbortSignal | undefined;
}

/** A running bridge. */
export interface Bridge {
  readonly url: string;
  readonly db: Database;
  /** What it goes by at present. */
  readonly config: () => Config;
  readonly reload: Reload;
  /**
   * Stops taking work and lets callers find another process for as long as the settings say; then lets what runs end, hands
   * leases back, and closes everything, in less than 10 s.
   */
  readonly close: () => Promise<void>;
}

/** Shares of the 10 s a stop may take. */
const STOP_HTTP_MS = 3_000;
const STOP_TURNS_MS = 5_000;

async function openMigrated({ config, log }: BridgeOptions): Promise<Database> {
  const db = await openDatabase(config.database, {
    onConnectionError: (error) => log.warn("a database connection was lost", { error }),
  });
  try {
    await migrate(db);
    await refuseUnfinishedCopy(db);
    await preparePartitions(db);
  } catch (error) {
    await db.close();
    throw explainOpening(error, config.database);
  }
  return db;
}

/** Opens the database, brings it up to date, listens and starts the worker. Rejects where any of it fails. */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const { client, log, signal } = options;
  const db = await openMigrated(options);
  const caches = await openCaches(options.config.redis, db, log);
  const opened: { spool?: Spool | undefined } = {};
  const closeStores = async (): Promise<void> => {
    // What it is storing just now still needs the database.
    await opened.spool?.close();
    client.close();
    caches.close();
    await db.close();
  };
  try {
    signal?.throwIfAborted();
    const spool = await openConfiguredSpool(options.config, options);
    opened.spool = spool;
    return await openOver({ options, db, caches, spool, closeStores });
  } catch (error) {
    await closeStores();
    throw error;
  }
}

interface Opened {
  readonly options: BridgeOptions;
  readonly db: Database;
  readonly caches: Ground["caches"];
  readonly spool: Spool | undefined;
  readonly closeStores: () => Promise<void>;
}

async function openOver({ options, db, caches, spool, closeStores }: Opened): Promise<Bridge> {
  const { config, client, log, version, logLevels } = options;
  const switchboard = createSwitchboard();
  const state: { server?: RunningServer; isDraining: boolean } = { isDraining: false };
  const secrets = new Set<string>();
  const metrics = createMetrics({
    channels: [],
    backends: [],
    runtime: true,
    connections: db.connections,
    spool: spool?.state,
    tables: Object.keys(RULES),
  });
  const control = { reload: refuseReload, logLevels };
  const ground: Ground = {
    db,
    caches,
    shelter: spool?.shelter,
    client,
    log,
    metrics,
    version,
    ownUrl: () => state.server?.url ?? "",
    isDraining: () => state.isDraining,
    secrets: () => [...secrets],
    control: { reload: (actor) => control.reload(actor), logLevels },
  };
  const make = (setup: Setup) => {
    for (const secret of [...configSecrets(setup.config), setup.adminKey]) secrets.add(secret);
    return createGeneration(setup, ground);
  };
  const succession = createSuccession(await make(options), { switchboard, log });
  const { host, port } = config.server;
  const { app, attach, takesUpgrades } = switchboard;
  await succession.current().prepare();
  // Before anything arrives that what is in the spool has to go before.
  spool?.start(() => tellSpool({ db, generation: succession.current() }), metrics.spooled);
  options.signal?.throwIfAborted();
  const server = await startServer(app, { host, port, attach, takesUpgrades });
  state.server = server;
  try {
    await succession.current().start();
  } catch (error) {
    await server.close(0);
    throw error;
  }
  const audit = (actor: string, detail: Readonly<Record<string, unknown>>) =>
    recordAudit(db, { actor, action: "reload", subject: "configuration", detail }).catch(
      (error: unknown) => log.error("a reload could not be audited", { actor, error }),
    );
  const { reread, reading } = options;
  if (reread !== undefined)
    control.reload = createReload({
      first: { ...options, unwatch: () => undefined, ...reading },
      reread,
      replace: async (next) => {
        if (state.isDraining) throw new BridgeError("request_conflict", "the bridge is stopping");
        await succession.replace(await make(next));
        logLevels?.configure(next.config.server.logLevel);
      },
      metrics,
      log,
      audit,
    });
  return {
    url: server.url,
    db,
    config: () => succession.current().config,
    reload: (actor) => control.reload(actor),
    close: async () => {
      const { drainMs } = succession.current().config.server;
      state.isDraining = true;
      server.drain();
      const resting = succession.rest(STOP_TURNS_MS);
      if (drainMs > 0) await sleep(drainMs);
      succession.hangUp();
      await Promise.all([server.close(STOP_HTTP_MS), resting]);
      await succession.end();
      await closeStores();
    },
  };
}
