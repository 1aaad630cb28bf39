import { z } from "zod";
import type { Database } from "./driver.ts";

const tableRows = z.array(z.object({ name: z.string() }));

/** Pages by which a table has to have grown beside a half: small ones are read as quickly with any plan. */
const LEAST_PAGES = 16;

/** Tables that have grown by half since anybody looked at what is in them. */
const GROWN = `
  select format('%I', c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname = current_schema()
    and pg_relation_size(c.oid) > current_setting('block_size')::int * (c.relpages * 3 / 2 + ${LEAST_PAGES})
  order by c.relname`;

/**
 * Tells the planner of tables that have grown, so that it does not go on reading all of them as if they were empty. A server
 * does so by itself once a minute, which is long while a list of a hundred thousand is read; the embedded database never
 * does, and clears nothing away either. Throws `store_*`.
 */
export async function refreshStatistics(db: Database): Promise<void> {
  const command = db.kind === "embedded" ? "vacuum (analyze)" : "analyze (skip_locked)";
  for (const { name } of tableRows.parse(await db.query(GROWN)))
    await db.script(`${command} ${name}`);
}
