import { z } from "zod";
import type { Database } from "./driver.ts";

/** How a table is split: by the column `key`; `at` is the time by which its rows are kept. */
interface Split {
  readonly table: string;
  readonly key: string;
  readonly at: string;
  /** Rows that must stay whatever their age, as a condition on `r`. */
  readonly unless?: string;
}

/** The tables that are split by month. Why these: docs/adr/0020-partitions-by-id.md. */
const SPLITS = {
  webhook_events: { table: "webhook_events", key: "id", at: "received_at" },
  interactions: { table: "interactions", key: "id", at: "created_at" },
  send_attempts: {
    table: "send_attempts",
    key: "finished_at",
    at: "finished_at",
    unless: "exists (select from messages m where m.id = r.message_id)",
  },
} as const satisfies Record<string, Split>;

export type SplitTable = keyof typeof SPLITS;

/** Months for which partitions are there before they begin, so that a bridge may stand still for as long. */
const MONTHS_AHEAD = 3;

/** Locks that a partition takes are waited for this long: all else waits behind them. What fails is tried again later. */
const PATIENCE = "set local lock_timeout = '2s'";

const partitionRows = z.array(
  z.object({ name: z.string(), upper_ms: z.number().nullable(), now_ms: z.number() }),
);

/** The partitions of a table and where each ends, in milliseconds since 1970: from the id, or from the time, of its bound. */
const LIST = `
  select name, extract(epoch from now())::float8 * 1000 as now_ms,
    case when upper ~ '^[0-9a-f]{8}-' then ('x' || left(replace(upper, '-', ''), 12))::bit(48)::bigint::float8
      else extract(epoch from upper::timestamptz)::float8 * 1000 end as upper_ms
  from (
    select c.relname::text as name, substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)') as upper
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::text::regclass
  ) bounds order by upper_ms nulls last`;

const list = async (db: Database, table: string) =>
  partitionRows.parse(await db.query(LIST, [table]));

/** The first moment of the month that lies `months` after the one of a time, UTC. */
function monthAfter(ms: number, months: number): Date {
  const date = new Date(ms);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months));
}

/** The bound at a moment: the least UUIDv7 of its millisecond (RFC 9562, section 5.7), or the moment itself. */
function boundAt({ key }: Split, moment: Date): string {
  if (key !== "id") return `'${moment.toISOString()}'`;
  return `'${moment.getTime().toString(16).padStart(12, "0").padEnd(32, "0")}'`;
}

/**
 * Makes the partition of a month. Rows that came before it lie in the default one and move. Attaching locks neither what
 * reads nor what writes the table.
 */
function addScript(split: Split, start: Date): string {
  const { table, key } = split;
  const name = `${table}_${start.toISOString().slice(0, 7).replace("-", "_")}`;
  const [from, to] = [boundAt(split, start), boundAt(split, monthAfter(start.getTime(), 1))];
  return `${PATIENCE};
    create table ${name} (like ${table} including defaults including constraints);
    with moved as (delete from ${table}_default where ${key} >= ${from} and ${key} < ${to} returning *)
    insert into ${name} select * from moved;
    alter table ${table} attach partition ${name} for values from (${from}) to (${to})`;
}

const mayRows = z.array(z.object({ may: z.boolean() }));

/**
 * Whether this user may split a table: its owner alone may. A bridge can run as a user who owns nothing; then the owner makes
 * partitions by `ponte migrate up`, and until that rows go into the default one and are deleted row by row.
 */
async function maySplit(db: Database, { table }: Split): Promise<boolean> {
  const rows = await db.query(
    `select pg_has_role(relowner, 'USAGE') and has_schema_privilege(relnamespace, 'CREATE') as may
      from pg_class where oid = $1::text::regclass`,
    [table],
  );
  return mayRows.parse(rows)[0]?.may ?? false;
}

async function addMonths(db: Database, split: Split): Promise<void> {
  const known = await list(db, split.table);
  const last = Math.max(...known.map(({ upper_ms: upper }) => upper ?? 0));
  const end = monthAfter(known[0]?.now_ms ?? 0, MONTHS_AHEAD + 1).getTime();
  if (last === 0 || last >= end || !(await maySplit(db, split))) return;
  for (let start = new Date(last); start.getTime() < end; start = monthAfter(start.getTime(), 1))
    await addMonth(db, split, start);
}

/** Two processes may make one at the same time: then one of them finds it made. */
async function addMonth(db: Database, split: Split, start: Date): Promise<void> {
  try {
    await db.script(addScript(split, start));
  } catch (error) {
    const made = await list(db, split.table);
    if (!made.some(({ upper_ms: upper }) => (upper ?? 0) > start.getTime())) throw error;
  }
}

/** Makes the partitions of the months to come. Any number of processes may do so at once. Throws `store_*`. */
export async function preparePartitions(db: Database): Promise<void> {
  for (const split of Object.values(SPLITS)) await addMonths(db, split);
}

const countRows = z.array(z.object({ count: z.number() }));

/** Detaches and drops a partition if none of its rows is to be kept; returns how many rows went. */
async function dropIfOld(db: Database, split: Split, name: string, days: number): Promise<number> {
  const { table, at } = split;
  const unless = "unless" in split ? ` or ${split.unless}` : "";
  const kept = `select from ${name} r where r.${at} >= now() - interval '${days} days'${unless}`;
  const rows = await db.query(
    `select count(*)::int as count from ${name} having not exists (${kept})`,
  );
  const [counted] = countRows.parse(rows);
  if (counted === undefined) return 0;
  await db.script(`${PATIENCE};
    do $$ begin
      if not exists (${kept}) then
        alter table ${table} detach partition ${name};
        drop table ${name};
      end if;
    end $$`);
  return counted.count;
}

/**
 * Drops the partitions of a table in which every row is older than `days`: at once, and with its room on the disk, where
 * deleting rows leaves holes. Returns how many rows went. Throws `store_*`.
 */
export async function dropOldPartitions(
  db: Database,
  table: SplitTable,
  days: number,
): Promise<number> {
  let dropped = 0;
  const old = (await list(db, table)).filter(
    ({ upper_ms: upper, now_ms: now }) => upper !== null && upper <= now - days * 86_400_000,
  );
  if (old.length === 0 || !(await maySplit(db, SPLITS[table]))) return 0;
  for (const { name } of old)
    dropped += await dropIfOld(db, SPLITS[table], name, days).catch(skipWhileBusy);
  return dropped;
}

/** SQLSTATE of a lock that was not given in time: somebody reads the table just now; the next run tries again. */
const LOCK_NOT_AVAILABLE = "55P03";

function skipWhileBusy(error: unknown): number {
  if (error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE) return 0;
  throw error;
}
