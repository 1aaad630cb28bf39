import { z } from "zod";
import type { Database } from "./driver.ts";

const schemaRow = z.tuple([z.object({ schema: z.string() })]);

/** Makes room for another database: what is in the schema goes aside, under the name that is returned. */
export async function setAside(db: Database): Promise<string> {
  const rows = await db.query(
    "select current_schema() || to_char(clock_timestamp() at time zone 'UTC', '_YYYYMMDD_HH24MISS') as schema",
  );
  const [{ schema: aside }] = schemaRow.parse(rows);
  await db.script(`do $$ declare own text := current_schema(); begin
    execute format('alter schema %I rename to %I', own, '${aside}');
    execute format('create schema %I', own);
  end $$`);
  return aside;
}

/** Undoes that: what came meanwhile goes, what was set aside comes back. */
export async function putBack(db: Database, aside: string): Promise<void> {
  await db.script(`do $$ declare own text := current_schema(); begin
    execute format('drop schema %I cascade', own);
    execute format('alter schema %I rename to %I', '${aside}', own);
  end $$`);
}
