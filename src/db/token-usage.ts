import { z } from "zod";
import type { Database } from "./driver.ts";

const sums = z.tuple([z.object({ contact: z.number(), all: z.number() })]);

/** Tokens a backend has used since midnight UTC: for one person, and for all. */
export async function tokensToday(
  db: Database,
  backend: string,
  contactId: string,
): Promise<{ readonly contact: number; readonly all: number }> {
  const rows = await db.query(
    `select coalesce(sum(tokens) filter (where contact_id = $2::text::uuid), 0)::float8 as contact,
       coalesce(sum(tokens), 0)::float8 as "all"
     from token_usage where day = (now() at time zone 'utc')::date and backend = $1::text`,
    [backend, contactId],
  );
  return sums.parse(rows)[0];
}
