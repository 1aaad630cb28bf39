import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";

const tableRows = z.array(
  z.object({ table: z.string(), megabytes: z.number(), live: z.number(), dead: z.number() }),
);

/** How large a table is on disk with its indexes, and how many of its rows nobody can see any more. */
export type TableSize = z.output<typeof tableRows>[number];

/** Partitions count for the table that they are part of. */
const SIZES = `
  select coalesce(p.relname, c.relname)::text as table,
    (sum(pg_total_relation_size(c.oid)) / 1048576)::float8 as megabytes,
    sum(s.n_live_tup)::float8 as live, sum(s.n_dead_tup)::float8 as dead
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
    left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
  group by 1 order by 2 desc, 1`;

/** Filling the statistics of large tables takes a while, milliseconds. */
const ANALYZE_LIMIT_MS = 120_000;

/** The size of every table. Counts of rows are the server's estimate, made anew, since a crash forgets them. */
export async function readSizes(db: Database): Promise<readonly TableSize[]> {
  await db.script("analyze", ANALYZE_LIMIT_MS);
  return tableRows.parse(await db.query(SIZES));
}
