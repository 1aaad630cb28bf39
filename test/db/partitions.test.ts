import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Database } from "../../src/db/driver.ts";
import { listMigrations, migrate } from "../../src/db/migrate.ts";
import { dropOldPartitions, preparePartitions } from "../../src/db/partitions.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { createServerDatabase, hasServer, listDatabases } from "../database.ts";
import { fillHistory } from "./filled.ts";

/** Roles belong to the whole server, which other runs use too. */
const READER = `reader_${randomUUID().replaceAll("-", "")}`;

const EMPTY = "drop schema public cascade; create schema public";
const TABLES = ["webhook_events", "interactions", "send_attempts"] as const;
const monthName = (table: string, ahead: number): string => {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
  return `${table}_${month.toISOString().slice(0, 7).replace("-", "_")}`;
};

async function partitionsOf(db: Database, table: string): Promise<readonly unknown[]> {
  const rows = await db.query(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::text::regclass order by 1`,
    [table],
  );
  return rows.map(({ name }) => name);
}

const WANTED = (table: string) =>
  [
    ...[1, 2, 3].map((ahead) => monthName(table, ahead)),
    `${table}_default`,
    `${table}_first`,
  ].toSorted();

/** A webhook of a moment, under an id of this moment. */
const ADD = `
  insert into webhook_events (id, channel, state, body, received_at)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
      || substr(md5(random()::text), 1, 15))::uuid, 'c', 'stored', '', at
  from (select date_trunc('month', now() at time zone 'utc') at time zone 'utc' + $1::text::interval as at) given
  returning tableoid::regclass::text as place`;

describe.each(await listDatabases())("partitions on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.script(EMPTY);
    const before = listMigrations().filter(({ version }) => version < 8);
    await db.script(
      `create table schema_migrations (version integer primary key, name text not null, checksum text not null,
         applied_at timestamptz not null default now())`,
    );
    for (const { version, name, checksum, sql } of before)
      await db.script(
        `insert into schema_migrations (version, name, checksum) values (${version}, '${name}', '${checksum}'); ${sql}`,
      );
  });

  const add = async (offset: string) => (await db.query(ADD, [offset]))[0]?.["place"];

  test("a database with a history keeps every row, and what reports read", async () => {
    await fillHistory(db, 50);
    await db.script(
      "insert into webhook_events (id, channel, state, body) values ('ffffffff-0000-4000-8000-000000000000', 'odd', 'stored', '')",
    );
    await db.script(
      `create role ${READER}; grant select on whatsapp_interaction_logs to ${READER}`,
    );
    const read = async () => [
      await db.query(
        "select id::text, encode(body, 'hex') as body from webhook_events order by id",
      ),
      await db.query("select id::text, message_text from whatsapp_interaction_logs order by id"),
      await db.query("select message_id::text, finished_at::text from send_attempts order by 1"),
    ];
    const before = await read();
    await migrate(db);
    expect(await read()).toEqual(before);
    expect(before.map((rows) => rows.length)).toEqual([51, 50, 50]);
    expect(
      await db.query(
        `select has_table_privilege('${READER}', 'whatsapp_interaction_logs', 'select') as may`,
      ),
    ).toEqual([{ may: true }]);
    await db.script(`drop owned by ${READER}; drop role ${READER}`);
    expect(await add("40 days")).toBe("webhook_events_default");
    expect(await db.query("select count(*)::int as count from whatsapp_interaction_logs")).toEqual([
      { count: 50 },
    ]);
  });

  test("the next three months are made, and a row goes to its own", async () => {
    await migrate(db);
    await preparePartitions(db);
    for (const table of TABLES) expect(await partitionsOf(db, table)).toEqual(WANTED(table));
    expect(await add("1 day")).toBe("webhook_events_first");
    expect(await add("1 month")).toBe(monthName("webhook_events", 1));
    expect(await add("4 months")).toBe("webhook_events_default");
    await preparePartitions(db);
    expect(await partitionsOf(db, "webhook_events")).toEqual(WANTED("webhook_events"));
  });

  test("rows that came before their month was made move into it", async () => {
    await migrate(db);
    expect(await add("2 months")).toBe("webhook_events_default");
    await preparePartitions(db);
    expect(await db.query("select tableoid::regclass::text as place from webhook_events")).toEqual([
      { place: monthName("webhook_events", 2) },
    ]);
  });

  test("a month goes as a whole once all of it is past, and not a row earlier", async () => {
    await migrate(db);
    await add("-100 days");
    await add("-70 days");
    await db.script(`alter table webhook_events detach partition webhook_events_first`);
    await db.script(
      `alter table webhook_events attach partition webhook_events_first for values from (minvalue)
         to ('${(Date.now() - 65 * 86_400_000).toString(16).padStart(12, "0").padEnd(32, "0")}')`,
    );
    expect(await dropOldPartitions(db, "webhook_events", 66)).toBe(0);
    await db.script(
      "update webhook_events set received_at = now() where received_at > now() - interval '99 days'",
    );
    expect(await dropOldPartitions(db, "webhook_events", 60)).toBe(0);
    await db.script("update webhook_events set received_at = now() - interval '61 days'");
    expect(await dropOldPartitions(db, "webhook_events", 60)).toBe(2);
    expect(await partitionsOf(db, "webhook_events")).toEqual(["webhook_events_default"]);
  });

  test("a look-up by id reads one partition", async () => {
    await migrate(db);
    await preparePartitions(db);
    const plan = await db.query(
      "explain select body from webhook_events where id = '0199b000-0000-7000-8000-000000000000'::uuid",
    );
    const text = JSON.stringify(plan);
    expect(text).toContain("webhook_events_first");
    expect(text).not.toMatch(/webhook_events_(default|2)/);
  });
});

function testTogether(): void {
  test("processes that make partitions at the same time do not disturb each other", async () => {
    const { url, drop } = await createServerDatabase();
    const programs = [1, 2, 3].map(() => openPostgres(url, { poolSize: 1 }));
    await Promise.all(programs.map((db) => preparePartitions(db)));
    const [first] = programs;
    if (first !== undefined)
      expect(await partitionsOf(first, "interactions")).toEqual(WANTED("interactions"));
    await Promise.all(programs.map((db) => db.close()));
    await drop();
  });
}

if (await hasServer()) describe("partitions on a server", testTogether);
