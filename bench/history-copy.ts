import { z } from "zod";
import type { Database } from "../src/db/driver.ts";

/** A table whose rows stay, and what makes a copy of a row another row than the one it was copied from. */
interface HistoryTable {
  readonly table: string;
  /** Days that its rows are kept: the default of the setting. For good where absent. */
  readonly days?: number;
  /** Columns that have to be another value in each copy, beside ids and times. */
  readonly own?: Readonly<Record<string, string>>;
}

/** What a year of work leaves behind. Those that others refer to come first. */
const TABLES: readonly HistoryTable[] = [
  { table: "contacts" },
  {
    table: "contact_identities",
    own: { match_key: "s.match_key || '.' || k", value: "s.value || '.' || k" },
  },
  { table: "conversations" },
  { table: "webhook_events", days: 30 },
  {
    table: "inbox",
    days: 35,
    own: { id: "s.id - k * 1000000::bigint", external_id: "s.external_id || '.' || k" },
  },
  { table: "messages", own: { external_id: "s.external_id || '.' || k" } },
  { table: "message_statuses", own: { external_id: "s.external_id || '.' || k" } },
  { table: "send_attempts", own: { external_id: "s.external_id || '.' || k" } },
  { table: "interactions" },
];

const DAYS = 365;

/**
 * Another id for each copy. Ids begin with the time they were made at (UUIDv7): so do these, at the time of the copy, which
 * keeps rows in the order and the partitions that real ones have.
 */
const PAST_ID = `
  create function bench_past(id uuid, k int, days float8) returns uuid language sql immutable as $$
    select (lpad(to_hex(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - (days * 86400000)::bigint), 12, '0')
      || '7' || left(md5(id::text || k::text), 19))::uuid
  $$`;

const columnRows = z.array(z.object({ name: z.string(), type: z.string() }));

async function copyText(db: Database, { table, own = {} }: HistoryTable): Promise<string> {
  const columns = columnRows.parse(
    await db.query(
      `select column_name::text as name, data_type::text as type from information_schema.columns
       where table_name = $1::text and table_schema = 'public' and is_generated = 'NEVER' order by ordinal_position`,
      [table],
    ),
  );
  const valueOf = (name: string, type: string): string => {
    if (own[name] !== undefined) return own[name];
    if (type === "uuid") return `bench_past(s.${name}, k, ago)`;
    if (type === "timestamp with time zone") return `s.${name} - ago * interval '1 day'`;
    return `s.${name}`;
  };
  const names = columns.map(({ name }) => name).join(", ");
  const values = columns.map(({ name, type }) => valueOf(name, type)).join(", ");
  return `insert into ${table} (${names}) select ${values}
    from bench_${table} s, generate_series($1::int, $2::int) k, lateral (select k * ${DAYS}::float8 / $3::int as ago) age`;
}

const countRows = z.array(z.object({ count: z.number() }));

const countOf = async (db: Database, table: string): Promise<number> =>
  countRows.parse(await db.query(`select count(*)::int as count from ${table}`))[0]?.count ?? 0;

const indexRows = z.array(z.object({ name: z.string(), made: z.string() }));

/** The indexes that are no key, those of partitions with the table that they are part of. */
const INDEXES = `
  select x.indexrelid::regclass::text as name, replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ') as made
  from pg_index x join pg_class c on c.oid = x.indexrelid
  where x.indrelid = any($1::text[]::regclass[]) and not c.relispartition
    and not exists (select from pg_constraint k where k.conindid = x.indexrelid)`;

/** Fills tables without their indexes and makes these afterwards, which takes a fraction of the time. */
async function withoutIndexes(db: Database, fill: () => Promise<void>): Promise<void> {
  const names = TABLES.map(({ table }) => table);
  const indexes = indexRows.parse(await db.query(INDEXES, [names]));
  for (const { name } of indexes) await db.script(`drop index ${name}`);
  await fill();
  await db.script("set maintenance_work_mem = '512MB'");
  for (const { made } of indexes) await db.script(made);
}

/** Copies made in one statement. */
const SLICE = 100;

/** How many rows were made, by table. */
export type HistoryRows = ReadonlyMap<string, number>;

/**
 * Copies the rows that are there over the year before, each copy of other people at another time, until about `rows` are
 * there: as the retention leaves them, so that a table of which a month is kept has a month of them. Statistics and
 * visibility are brought up to date at the end, as a database that grew over a year has them.
 */
export async function copyIntoPast(db: Database, rows: number): Promise<HistoryRows> {
  await db.script(PAST_ID);
  const counts = new Map<string, number>();
  for (const { table } of TABLES) {
    await db.script(`create table bench_${table} as select * from ${table}`);
    counts.set(table, await countOf(db, table));
  }
  const share = ({ days = DAYS }: HistoryTable): number => days / DAYS;
  const perCopy = TABLES.reduce((sum, one) => sum + (counts.get(one.table) ?? 0) * share(one), 0);
  const copies = Math.max(1, Math.ceil(rows / perCopy));
  const made = new Map<string, number>();
  await withoutIndexes(db, async () => {
    for (const one of TABLES) {
      const text = await copyText(db, one);
      const last = Math.ceil(copies * share(one));
      for (let from = 1; from <= last; from += SLICE)
        await db.query(text, [from, Math.min(last, from + SLICE - 1), copies]);
      await db.script(`drop table bench_${one.table}`);
      made.set(one.table, last * (counts.get(one.table) ?? 0));
    }
  });
  for (const { table } of TABLES) await db.script(`vacuum analyze ${table}`);
  await db.script("drop function bench_past");
  return made;
}
