import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { BridgeError } from "../errors.ts";
import type { Database } from "./driver.ts";

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FOLDER = new URL("migrations/", import.meta.url);

const appliedRows = z.array(z.object({ version: z.number(), checksum: z.string() }));

/** Reads the numbered migrations that come with the program, in order. */
export function listMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((file) => /^\d{4}_.*\.sql$/.test(file))
    .toSorted()
    .map((name) => {
      const sql = readFileSync(new URL(name, FOLDER), "utf8");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { version: Number(name.slice(0, 4)), name, sql, checksum };
    });
}

/** Advisory lock around making the table of versions: "if not exists" fails when two processes make it at once. */
const TABLE_LOCK = 5006_0001;

/** Asked first: a user who may make no tables may not say "create table if not exists" either. */
const IS_MADE = "select to_regclass('schema_migrations') is not null as made";

async function listApplied(db: Database) {
  const [found] = await db.query(IS_MADE);
  if (found?.["made"] !== true)
    await db.script(
      `select pg_advisory_xact_lock(${TABLE_LOCK});
       create table if not exists schema_migrations (
         version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`,
    );
  const rows = await db.query("select version, checksum from schema_migrations order by version");
  return appliedRows.parse(rows);
}

/** How long one migration may take: reading through a table of many million rows takes minutes. */
const LIMIT_MS = 3_600_000;

/**
 * Several statements in one message are one transaction to PostgreSQL. Inserting the version row first makes a second
 * process that starts at the same time wait, then fail on the key.
 */
function applyScript(migration: Migration): string {
  return `set local statement_timeout = ${LIMIT_MS};
    insert into schema_migrations (version, name, checksum)
      values (${migration.version}, '${migration.name}', '${migration.checksum}');
    ${migration.sql}`;
}

async function apply(db: Database, migration: Migration): Promise<void> {
  try {
    await db.script(applyScript(migration), LIMIT_MS);
  } catch (error) {
    const byAnother = (await listApplied(db)).some((row) => row.version === migration.version);
    if (!byAnother) throw error;
  }
}

/**
 * Brings the schema up to this program's version; two processes may do so at once. Throws `store_newer` when the
 * database was made by a newer program, and an error when an applied migration was edited afterwards.
 */
export async function migrate(db: Database): Promise<void> {
  const known = listMigrations();
  const applied = await listApplied(db);
  const newest = known.at(-1)?.version ?? 0;
  for (const row of applied) {
    const migration = known.find(({ version }) => version === row.version);
    if (row.version > newest)
      throw new BridgeError(
        "store_newer",
        `the database is at version ${row.version}, this program knows ${newest}: run the newer program`,
      );
    if (migration !== undefined && migration.checksum !== row.checksum)
      throw new Error(`migration ${migration.name} was changed after it was applied`);
  }
  const done = new Set(applied.map(({ version }) => version));
  for (const migration of known) if (!done.has(migration.version)) await apply(db, migration);
}

/** Throws `store_unavailable` unless every migration of this program is applied. */
export async function checkMigrated(db: Database): Promise<void> {
  const rows = await db.query("select max(version)::int as version from schema_migrations");
  const newest = listMigrations().at(-1)?.version ?? 0;
  if (rows[0]?.["version"] !== newest)
    throw new BridgeError("store_unavailable", "migrations are not applied");
}
