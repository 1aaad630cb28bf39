import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { checkMigrated, listMigrations, migrate } from "../../src/db/migrate.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { createServerDatabase, hasServer, listDatabases } from "../database.ts";

const EMPTY = "drop schema public cascade; create schema public";
const WANT = listMigrations().map(({ version, name, checksum }) => ({ version, name, checksum }));

const listApplied = (db: Database) =>
  db.query("select version, name, checksum from schema_migrations order by version");

async function listRelations(db: Database): Promise<readonly unknown[]> {
  const rows = await db.query(
    `select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S') order by relname`,
  );
  return rows.map(({ name }) => name);
}

test("migrations are numbered from 1 without gaps", () => {
  expect(WANT.map(({ version }) => version)).toEqual(WANT.map((_, index) => index + 1));
  expect(WANT.length).toBeGreaterThan(0);
});

describe.each(await listDatabases())("migrations on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(() => db.script(EMPTY));

  test("a new database gets every migration", async () => {
    await migrate(db);
    expect(await listApplied(db)).toEqual(WANT);
    expect(await listRelations(db)).toContain("inbox");
    await expect(checkMigrated(db)).resolves.toBeUndefined();
  });

  test("a second time changes nothing and keeps the data", async () => {
    await migrate(db);
    await db.script("insert into button_payloads (id, payload) values ('b1', 'kept')");
    const before = await db.query("select * from schema_migrations");
    await migrate(db);
    expect(await db.query("select * from schema_migrations")).toEqual(before);
    expect(await db.query("select payload from button_payloads")).toEqual([{ payload: "kept" }]);
  });

  test("a database of a newer program is refused", async () => {
    await migrate(db);
    await db.script("insert into schema_migrations values (9999, '9999_later.sql', 'x')");
    await expect(migrate(db)).rejects.toMatchObject({
      code: "store_newer",
      detail: `the database is at version 9999, this program knows ${WANT.length}: run the newer program`,
    });
  });

  test("a migration that was edited after it was applied is named", async () => {
    await migrate(db);
    await db.script("update schema_migrations set checksum = 'other' where version = 1");
    await expect(migrate(db)).rejects.toThrow(
      "migration 0001_foundation.sql was changed after it was applied",
    );
  });

  test("a migration that fails leaves nothing behind and can be run again", async () => {
    await db.script("create table audit_log (in_the_way int)");
    await expect(migrate(db)).rejects.toThrow('relation "audit_log" already exists');
    expect(await listRelations(db)).toEqual(["audit_log", "schema_migrations"]);
    expect(await listApplied(db)).toEqual([]);
    await db.script("drop table audit_log");
    await migrate(db);
    expect(await listApplied(db)).toEqual(WANT);
  });

  test("conversations from before learn who answered last, as far as somebody did", async () => {
    const earlier = listMigrations().filter(({ version }) => version <= 4);
    for (const { sql } of earlier) await db.script(sql);
    await db.script(`
      insert into contacts (id) values ('00000000-0000-7000-8000-000000000001');
      insert into conversations (id, channel, account, contact_id, address)
        select ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'c', 'a', '00000000-0000-7000-8000-000000000001', '{}'
        from generate_series(1, 3) n;
      insert into interactions (id, conversation_id, contact_id, channel, account, message_id, message_text,
          processing_time_ms, success, backend, created_at)
        select gen_random_uuid(), ('00000000-0000-7000-8000-00000000000' || talk)::uuid, gen_random_uuid(), 'c', 'a',
          gen_random_uuid(), '', 1, true, backend, now() + place * interval '1 second'
        from (values (1, 1, 'rasa'), (1, 2, 'llm'), (1, 3, null), (2, 1, null)) as turn (talk, place, backend)`);
    const [pages] = listMigrations().filter(({ version }) => version === 5);
    await db.script(pages?.sql ?? "");
    expect(await db.query("select last_backend from conversations order by id")).toEqual([
      { last_backend: "llm" },
      { last_backend: null },
      { last_backend: null },
    ]);
  });

  test("a database without its migrations is not ready", async () => {
    await migrate(db);
    await db.script("truncate schema_migrations");
    await expect(checkMigrated(db)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});

/** Processes that start together on one new database. */
function testTogether(): void {
  test("three programs may migrate a new database at the same time", async () => {
    const { url, drop } = await createServerDatabase();
    const programs = [1, 2, 3].map(() => openPostgres(url, { poolSize: 2 }));
    const [first] = programs;
    await Promise.all(programs.map((db) => db.query("select 1")));
    for (let round = 0; round < 5; round += 1) {
      await first?.script(EMPTY);
      const results = await Promise.allSettled(programs.map(migrate));
      expect(results).toEqual(programs.map(() => ({ status: "fulfilled", value: undefined })));
      expect(first && (await listApplied(first))).toEqual(WANT);
    }
    await Promise.all(programs.map((db) => db.close()));
    await drop();
  });
}

if (await hasServer()) describe("migrations on a server", testTogether);
