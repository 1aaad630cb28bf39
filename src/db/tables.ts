import { z } from "zod";
import type { Database, Queryable } from "./driver.ts";

/** A table with its columns, as SQL writes their types. */
export interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** How many rows a table has and a checksum over all of them, whatever their order. */
export interface Fingerprint {
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}

/** What tells of a database itself, and is not carried into another one. */
const OWN = ["schema_migrations", "database_copies"];

/** Numbers of transactions mean nothing in another database. */
const isForeign = (type: string): boolean => type === "xid8";

const columnRows = z.array(z.object({ table: z.string(), name: z.string(), type: z.string() }));
const referenceRows = z.array(z.object({ table: z.string(), on: z.string() }));

const COLUMNS = `
  select c.relname::text as table, quote_ident(a.attname) as name, format_type(a.atttypid, a.atttypmod) as type
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
    and not a.attisdropped and c.relname <> all ($1::text[])
  order by c.relname, a.attname`;

const REFERENCES = `
  select distinct c.conrelid::regclass::text as table, c.confrelid::regclass::text as on
  from pg_constraint c where c.contype = 'f' and c.conrelid <> c.confrelid`;

/** Lists the tables that hold data, each behind those that its rows refer to. Throws `store_*`. */
export async function listTables(db: Queryable): Promise<readonly Table[]> {
  const columns = columnRows.parse(await db.query(COLUMNS, [OWN]));
  const references = referenceRows.parse(await db.query(REFERENCES));
  const placed: string[] = [];
  const place = (name: string): void => {
    if (placed.includes(name)) return;
    for (const { on } of references.filter(({ table }) => table === name)) place(on);
    placed.push(name);
  };
  for (const { table } of columns) place(table);
  return placed.map((name) => ({ name, columns: columns.filter(({ table }) => table === name) }));
}

/** The columns whose values mean the same in every database. */
export const portable = ({ columns }: Table): Table["columns"] =>
  columns.filter(({ type }) => !isForeign(type));

const fingerprintRow = z.object({ rows: z.coerce.number(), checksum: z.string() });

/** How values are written as text must not depend on the settings of a server. */
const PLAIN = `
  select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, MDY', true),
    set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true),
    set_config('extra_float_digits', '1', true)`;

/** Reads all of a table for its fingerprint: the sum of a part of each row's MD5. Throws `store_*`. */
export async function fingerprintTable(db: Database, table: Table): Promise<Fingerprint> {
  const names = portable(table).map(({ name }) => name);
  const rows = await db.transaction(async (tx) => {
    await tx.query(PLAIN);
    return tx.query(
      `select count(*)::text as rows,
         coalesce(sum(('x' || left(md5(row(${names.join(", ")})::text), 15))::bit(60)::bigint), 0)::text as checksum
       from ${table.name}`,
    );
  });
  return { table: table.name, ...fingerprintRow.parse(rows[0]) };
}

/** The tables that hold at least one row. Throws `store_*`. */
export async function listFilled(db: Queryable, tables: readonly Table[]): Promise<string[]> {
  const filled: string[] = [];
  for (const { name } of tables)
    if ((await db.query(`select from ${name} limit 1`)).length > 0) filled.push(name);
  return filled;
}

const countRow = z.object({ rows: z.coerce.number() });

/** Counts the rows of every table. Throws `store_*`. */
export async function countTables(
  db: Queryable,
  tables: readonly Table[],
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const rows = await db.query(`select count(*)::text as rows from ${name}`);
    counts[name] = countRow.parse(rows[0]).rows;
  }
  return counts;
}
