import { z } from "zod";
import type { Queryable } from "./driver.ts";

const factsRows = z.tuple([
  z.object({
    version: z.string(),
    number: z.number(),
    now_ms: z.number(),
    may_create: z.boolean(),
    is_standby: z.boolean(),
  }),
]);

/** What a database says of itself. */
export interface ServerFacts {
  readonly version: string;
  /** As PostgreSQL counts: 160004 is 16.4. */
  readonly versionNumber: number;
  /** Its clock, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Whether this user may make tables. */
  readonly mayCreate: boolean;
  readonly isStandby: boolean;
}

/** Asks a database for its version, its clock and what this user may do. Throws `store_*`. */
export async function readServerFacts(db: Queryable): Promise<ServerFacts> {
  const [facts] = factsRows.parse(
    await db.query(
      `select current_setting('server_version') as version,
         current_setting('server_version_num')::int as number,
         (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms,
         coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
         pg_is_in_recovery() as is_standby`,
    ),
  );
  return {
    version: facts.version,
    versionNumber: facts.number,
    nowMs: facts.now_ms,
    mayCreate: facts.may_create,
    isStandby: facts.is_standby,
  };
}
