import { z } from "zod";
import { onDatabase } from "./on-database.ts";

/** The server must have been started with it. */
export const STATEMENTS_LIBRARY = { shared_preload_libraries: "pg_stat_statements" } as const;

/** A statement of ours by what only its text holds. */
const KNOWN = [
  { name: "claiming and reading", holds: "bulk_places" },
  { name: "storing webhooks and messages", holds: "insert into webhook_events" },
  { name: "knowing new people", holds: "insert into contact_identities" },
  { name: "finding people", holds: "as wanted (channel" },
  { name: "committing turns", holds: "insert into interactions" },
  { name: "limits", holds: "insert into rate_buckets" },
  { name: "marking as being sent", holds: "attempts = m.attempts +" },
  { name: "outcomes of sends", holds: "insert into send_attempts" },
  { name: "releasing", holds: "gather_until = case when g.kind" },
] as const;

const rowsSchema = z.array(z.object({ query: z.string(), calls: z.number(), ms: z.number() }));

export interface StatementTime {
  readonly name: string;
  readonly calls: number;
  /** Time in the server, without the way there and back, and without planning. */
  readonly ms: number;
}

export const forgetStatements = (url: string): Promise<void> =>
  onDatabase(url, async (db) => {
    await db.script("create extension if not exists pg_stat_statements");
    await db.query("select pg_stat_statements_reset()::text");
  });

/** What the statements of one database took since it was forgotten last, the longest first. */
export const readStatements = (url: string): Promise<readonly StatementTime[]> =>
  onDatabase(url, async (db) => {
    const rows = rowsSchema.parse(
      await db.query(
        `select query, calls::float8 as calls, total_exec_time as ms from pg_stat_statements
         where dbid = (select oid from pg_database where datname = current_database())`,
      ),
    );
    const times = new Map<string, { calls: number; ms: number }>();
    for (const { query, calls, ms } of rows) {
      const name = KNOWN.find(({ holds }) => query.includes(holds))?.name ?? "all others";
      const so = times.get(name) ?? { calls: 0, ms: 0 };
      times.set(name, { calls: so.calls + calls, ms: so.ms + ms });
    }
    return [...times].map(([name, time]) => ({ name, ...time })).toSorted((a, b) => b.ms - a.ms);
  });
