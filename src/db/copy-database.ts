import { z } from "zod";
import { BridgeError } from "../errors.ts";
import { beginCopy, finishCopy, keepPlace, readCopyMark, readPlace } from "./copy-marks.ts";
import type { Database, Queryable } from "./driver.ts";
import {
  type Fingerprint,
  fingerprintTable,
  listFilled,
  listTables,
  portable,
  type Table,
} from "./tables.ts";

/** A copy from one migrated database into another one. */
export interface CopyJob {
  readonly source: Database;
  readonly target: Database;
  /** Aborted to stop between two batches; what was copied stays, and the next run goes on there. */
  readonly signal: AbortSignal;
  readonly onProgress: (rows: number, total: number) => void;
}

/** What a copy came to; `again`: it had been finished before, and nothing was touched. */
export interface CopyResult {
  readonly kind: "copied" | "again";
  readonly tables: readonly Fingerprint[];
}

/** Pages (8 kB) read at a time: some hundred to some thousand rows. */
const PAGES = 64;

const textRow = z.tuple([z.object({ value: z.string() })]);

async function readText(db: Queryable, sql: string): Promise<string> {
  return textRow.parse(await db.query(sql))[0].value;
}

/** Tells one database from another: its cluster, and when its first migration was applied there. */
const sourceId = (db: Queryable): Promise<string> =>
  readText(
    db,
    `select s.system_identifier::text || '/' || (select extract(epoch from min(applied_at))::text from schema_migrations) as value
     from pg_control_system() s`,
  );

const refuse = (detail: string): never => {
  throw new BridgeError("request_conflict", detail);
};

/** Lets only a new database be written, or one into which the same source was being copied. */
async function claimTarget(
  target: Database,
  tables: readonly Table[],
  source: string,
): Promise<boolean> {
  const mark = await readCopyMark(target);
  if (mark?.source === source) return mark.finishedAt !== null;
  if (mark !== undefined)
    return refuse("the target holds a copy of another database; name a new, empty one");
  const filled = await listFilled(target, tables);
  if (filled.length > 0)
    return refuse(
      `the target is not empty: there are rows in ${filled.join(", ")}; name a new, empty database, so that nothing there is mixed up`,
    );
  await beginCopy(target, source);
  return false;
}

const leafRows = z.array(z.object({ name: z.string(), pages: z.number() }));

/** Where the rows of a table really are: in itself, or in its partitions. */
async function listLeaves(source: Queryable, table: string) {
  return leafRows.parse(
    await source.query(
      `select c.oid::regclass::text as name, (pg_relation_size(c.oid) / current_setting('block_size')::int)::int as pages
       from pg_class c where c.relkind = 'r'
         and (c.oid = $1::text::regclass or c.oid in (select relid from pg_partition_tree($1::text::regclass)))
       order by 1`,
      [table],
    ),
  );
}

const valueRows = z.array(z.record(z.string(), z.string().nullable()));

/** Copies some pages: their rows and how far that is, in one transaction. Returns how many rows there were. */
async function copyPages(
  { source, target }: CopyJob,
  table: Table,
  leaf: string,
  from: number,
): Promise<number> {
  const columns = portable(table);
  const selected = columns.map(({ name }, index) => `${name}::text as c${index}`).join(", ");
  const rows = valueRows.parse(
    await source.query(
      `select ${selected} from ${leaf} where ctid >= $1::text::tid and ctid < $2::text::tid`,
      [`(${from},0)`, `(${from + PAGES},0)`],
    ),
  );
  await target.transaction(async (tx) => {
    if (rows.length > 0)
      await tx.query(
        insertText(table),
        columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? null)),
      );
    await keepPlace(tx, leaf, String(from + PAGES));
  });
  return rows.length;
}

function insertText(table: Table): string {
  const columns = portable(table);
  const foreign = table.columns.filter((column) => !columns.includes(column));
  const names = [...columns, ...foreign].map(({ name }) => name).join(", ");
  const values = [
    ...columns.map(({ type }, index) => `c${index}::${type}`),
    ...foreign.map(() => "null"),
  ].join(", ");
  const parameters = columns.map((_, index) => `$${index + 1}::text[]`).join(", ");
  const given = columns.map((_, index) => `c${index}`).join(", ");
  return `insert into ${table.name} (${names}) select ${values} from unnest(${parameters}) as g (${given})`;
}

async function copyTables(
  job: CopyJob,
  tables: readonly Table[],
  wanted: readonly Fingerprint[],
): Promise<void> {
  const total = wanted.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const table of tables)
    for (const { name, pages } of await listLeaves(job.source, table.name)) {
      const start = Number((await readPlace(job.target, name)) ?? 0);
      for (let page = start; page < pages; page += PAGES) {
        job.signal.throwIfAborted();
        done += await copyPages(job, table, name, page);
        job.onProgress(done, total);
      }
    }
}

const sequenceRows = z.array(z.object({ name: z.string() }));
const sequenceRow = z.tuple([z.object({ last: z.string(), called: z.boolean() })]);

async function copySequences({ source, target }: CopyJob): Promise<void> {
  const listed = sequenceRows.parse(
    await source.query(
      "select quote_ident(sequencename) as name from pg_sequences where schemaname = current_schema()",
    ),
  );
  for (const { name } of listed) {
    const [state] = sequenceRow.parse(
      await source.query(`select last_value::text as last, is_called as called from ${name}`),
    );
    await target.query("select setval($1::text::regclass, $2::text::bigint, $3::boolean)::text", [
      name,
      state.last,
      state.called,
    ]);
  }
}

/** Takes a fingerprint of every table, in their order. */
async function takeFingerprints(
  db: Database,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<readonly Fingerprint[]> {
  const taken: Fingerprint[] = [];
  for (const table of tables) {
    signal.throwIfAborted();
    taken.push(await fingerprintTable(db, table));
  }
  return taken;
}

const differing = (wanted: readonly Fingerprint[], found: readonly Fingerprint[]): string[] =>
  wanted
    .filter((one, index) => {
      const other = found[index];
      return other?.rows !== one.rows || other.checksum !== one.checksum;
    })
    .map(({ table }) => table);

/** Returns the tables in which the copy is not what the source is. */
async function copyAndCompare(
  job: CopyJob,
  tables: readonly Table[],
  wanted: readonly Fingerprint[],
): Promise<readonly string[]> {
  await copyTables(job, tables, wanted);
  return differing(wanted, await takeFingerprints(job.target, tables, job.signal));
}

/** Begins anew where the source has changed since the copy was interrupted. */
async function startOver(target: Database, tables: readonly Table[]): Promise<void> {
  await target.script(
    `truncate ${tables.map(({ name }) => name).join(", ")}; update database_copies set places = '{}'`,
  );
}

/**
 * Copies every row and the state of every sequence, and compares both databases at the end. The source is only read. An
 * interrupted copy is gone on with where it stopped. Throws `request_conflict` for a target that is not free.
 */
export async function copyDatabase(job: CopyJob): Promise<CopyResult> {
  const { source, target, signal } = job;
  const tables = await listTables(source);
  const isDone = await claimTarget(target, tables, await sourceId(source));
  const wanted = await takeFingerprints(source, tables, signal);
  if (isDone) return { kind: "again", tables: wanted };
  let different = await copyAndCompare(job, tables, wanted);
  if (different.length > 0) {
    await startOver(target, tables);
    different = await copyAndCompare(job, tables, wanted);
  }
  if (different.length > 0)
    throw new BridgeError(
      "store_data",
      `the copy differs from its source in ${different.join(", ")}: is another program writing into one of them?`,
    );
  await copySequences(job);
  await finishCopy(target);
  return { kind: "copied", tables: wanted };
}
