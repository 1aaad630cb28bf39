import { randomBytes } from "node:crypto";
import { migrate } from "../src/db/migrate.ts";
import { createServerDatabase } from "../test/database.ts";
import { startPrivatePostgres } from "../test/standins/private-postgres.ts";
import { onDatabase } from "./on-database.ts";

/** Where the benchmark's databases are. */
export interface Databases {
  /** Which server, and what was changed of its defaults. */
  readonly about: string;
  /** A migrated database of its own. */
  readonly create: () => Promise<string>;
  readonly drop: (url: string) => Promise<void>;
  /** Writes out what is in memory, so that no round pays for the one before it. */
  readonly checkpoint: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * What is changed of a server's defaults. A fresh WAL segment stalls commits for tens of milliseconds: with these, segments
 * are used again. Everything that makes a commit durable is as it comes.
 */
const SETTINGS = {
  shared_buffers: "512MB",
  min_wal_size: "1GB",
  max_wal_size: "4GB",
  max_connections: "200",
} as const;

const TEMPLATE = "ponte_bench";

const withName = (url: string, name: string): string => {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
};

type Settings = Readonly<Record<string, string>>;

async function openOwn(more: Settings): Promise<Databases | undefined> {
  const server = await startPrivatePostgres({ settings: { ...SETTINGS, ...more } });
  if (server === undefined) return undefined;
  const run = (statement: string): Promise<void> =>
    onDatabase(server.url, (db) => db.script(statement));
  await run(`create database ${TEMPLATE}`);
  await onDatabase(withName(server.url, TEMPLATE), migrate);
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name} = ${value}`);
  return {
    about: `a PostgreSQL server of its own with ${settings.join(", ")}; all else as it comes`,
    create: async () => {
      const name = `bench_${randomBytes(6).toString("hex")}`;
      await run(`create database ${name} template ${TEMPLATE}`);
      return withName(server.url, name);
    },
    drop: (url) => run(`drop database ${new URL(url).pathname.slice(1)} with (force)`),
    checkpoint: () => run("checkpoint"),
    close: () => {
      server.close();
      return Promise.resolve();
    },
  };
}

/** Databases on the server that the tests use, where no other can be started. */
function openShared(): Databases {
  const drops = new Map<string, () => Promise<void>>();
  return {
    about: "the PostgreSQL server of the tests as it was set up",
    create: async () => {
      const { url, drop } = await createServerDatabase();
      drops.set(url, drop);
      return url;
    },
    drop: async (url) => {
      await drops.get(url)?.();
      drops.delete(url);
    },
    checkpoint: async () => {
      const url = drops.keys().next().value;
      if (url !== undefined) await onDatabase(url, (db) => db.script("checkpoint"));
    },
    close: async () => {
      for (const drop of drops.values()) await drop();
    },
  };
}

/**
 * A server of the benchmark's own where one can be started, so that nothing else is in its tables, caches and log; `more`
 * are further settings of it.
 */
export const openDatabases = async (more: Settings = {}): Promise<Databases> =>
  (await openOwn(more)) ?? openShared();
