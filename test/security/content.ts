import { z } from "zod";
import type { Database } from "../../src/db/driver.ts";

const tableRows = z.array(z.object({ name: z.string() }));
const sumRows = z.array(z.object({ sum: z.string().nullable() }));

/** What every table but those named holds, as a sum each: two that are alike mean that nothing was changed in between. */
export async function contentOf(
  db: Database,
  ...but: readonly string[]
): Promise<Readonly<Record<string, string | null>>> {
  const rows = await db.query(
    `select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r' order by 1`,
  );
  const names = tableRows.parse(rows).filter(({ name }) => !but.includes(name));
  const one = ({ name }: { name: string }) =>
    `select '${name}' as name, md5(string_agg(t::text, '|' order by t::text)) as sum from ${name} t`;
  const sums = await db.query(names.map(one).join(" union all "));
  return Object.fromEntries(
    sums.map((row, index) => [names[index]?.name, sumRows.parse([row])[0]?.sum]),
  );
}
