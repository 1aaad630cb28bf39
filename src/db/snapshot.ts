import { z } from "zod";
import type { Queryable } from "./driver.ts";

const snapshotRow = z.tuple([z.object({ id: z.string() })]);

/** Fixes, for a whole transaction that must only begin, what it sees; other programs may see the same under this name. */
export async function exportSnapshot(tx: Queryable): Promise<string> {
  await tx.query("set transaction isolation level repeatable read, read only");
  await tx.query("set local idle_in_transaction_session_timeout = 0");
  return snapshotRow.parse(await tx.query("select pg_export_snapshot() as id"))[0].id;
}

const countRow = z.tuple([z.object({ count: z.number() })]);

/** Counts the connections of other bridges and commands to this database. */
export async function anyoneElse(db: Queryable): Promise<number> {
  const rows = await db.query(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'ponte' and pid <> pg_backend_pid()`,
  );
  return countRow.parse(rows)[0].count;
}
