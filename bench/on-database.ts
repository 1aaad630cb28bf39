import type { Database } from "../src/db/driver.ts";
import { openPostgres } from "../src/db/postgres.ts";

/** Filling tables takes minutes. */
const LIMIT_MS = 30 * 60_000;

/** Does something on a database over a connection of its own. Statements may take as long as they need. */
export async function onDatabase<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openPostgres(url, { poolSize: 1, queryTimeoutMs: LIMIT_MS });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
