import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Database } from "../src/db/driver.ts";
import { wrapEmbedded } from "../src/db/embedded.ts";
import { listMigrations, migrate } from "../src/db/migrate.ts";
import { openPostgres } from "../src/db/postgres.ts";

/** The server tests may create databases on. */
const SERVER_URL =
  process.env["TEST_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

const isRequired = process.env["REQUIRE_SERVICES"] === "1";

/** A database of a test's own; `close` also removes it. */
export interface TestDatabase {
  readonly label: string;
  readonly open: () => Promise<Database>;
}

export interface ServerDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

function urlOf(name: string): string {
  const url = new URL(SERVER_URL);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(statement: string): Promise<void> {
  const server = openPostgres(SERVER_URL, { poolSize: 1 });
  try {
    await server.script(statement);
  } finally {
    await server.close();
  }
}

/** Advisory lock that keeps test processes from making the template twice. */
const TEMPLATE_LOCK = 5006_2024;

/** A name that changes with the migrations. */
function templateName(): string {
  const checksums = listMigrations().map(({ checksum }) => checksum);
  return `ponte_template_${createHash("sha256").update(checksums.join()).digest("hex").slice(0, 12)}`;
}

/** Makes, once per state of the migrations, the database that the tests' databases are copied from. */
async function prepareTemplate(): Promise<string> {
  const name = templateName();
  const server = openPostgres(SERVER_URL, { poolSize: 1 });
  try {
    await server.query("select pg_advisory_lock($1::bigint)::text", [TEMPLATE_LOCK]);
    const found = await server.query("select 1 from pg_database where datname = $1::text", [name]);
    if (found.length > 0) return name;
    await server.script(`drop database if exists ${name}_new`);
    await server.script(`create database ${name}_new`);
    const template = openPostgres(urlOf(`${name}_new`), { poolSize: 1 });
    await migrate(template);
    await template.close();
    await server.script(`alter database ${name}_new rename to ${name}`);
    return name;
  } finally {
    await server.close();
  }
}

/** Creates a migrated database on the server, for tests that start processes of their own. */
export async function createServerDatabase(): Promise<ServerDatabase> {
  const name = `ponte_test_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name} template ${await prepareTemplate()}`);
  return { url: urlOf(name), drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

async function openOnServer(): Promise<Database> {
  const { url, drop } = await createServerDatabase();
  const db = openPostgres(url, { poolSize: 8 });
  return {
    ...db,
    close: async () => {
      await db.close();
      await drop();
    },
  };
}

/** Makes an embedded database once and keeps what it holds in a file: to be read, it takes a fifth of being made. */
async function prepareEmbedded(): Promise<string> {
  const file = path.join(tmpdir(), `${templateName()}.tar`);
  if (!existsSync(file)) {
    const template = await PGlite.create();
    await migrate(wrapEmbedded(template));
    const dump = await template.dumpDataDir("none");
    await template.close();
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, new Uint8Array(await dump.arrayBuffer()));
    renameSync(draft, file);
  }
  return file;
}

/** Puts a migrated database into the data folder of a bridge that is to be started on the embedded one. */
export async function fillDataFolder(folder: string): Promise<void> {
  const pgdata = path.join(folder, "pgdata");
  mkdirSync(pgdata, { recursive: true });
  execFileSync("tar", ["-xf", await prepareEmbedded(), "-C", pgdata], { stdio: "ignore" });
}

async function openInMemory(): Promise<Database> {
  // Read at once: a blob over the file keeps it open, and with it the process of the tests.
  const loadDataDir = new Blob([readFileSync(await prepareEmbedded())]);
  return wrapEmbedded(await PGlite.create({ loadDataDir }));
}

/** Whether the PostgreSQL server is there; its absence is said once, and is a failure where services are required. */
export async function hasServer(): Promise<boolean> {
  try {
    await onServer("select 1");
    return true;
  } catch (error) {
    if (isRequired) throw error;
    process.stderr.write("skipped: tests on PostgreSQL, no server at TEST_DATABASE_URL\n");
    return false;
  }
}

/** The drivers a store must behave the same on. */
export async function listDatabases(): Promise<readonly TestDatabase[]> {
  const embedded = { label: "embedded", open: openInMemory };
  return (await hasServer()) ? [{ label: "postgres", open: openOnServer }, embedded] : [embedded];
}

/** The quickest of them, for suites above the stores, whose own suites show that their SQL does the same on each driver. */
export async function listQuickest(): Promise<readonly TestDatabase[]> {
  return (await listDatabases()).slice(0, 1);
}
