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

/** Whose tokens those are that nobody's conversation has used. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Counts what a trial of a backend has used into the sum of all. Throws `store_*`. */
export async function addTrialUsage(
  db: Database,
  backend: string,
  { tokens, cost }: { readonly tokens: number; readonly cost: number },
): Promise<void> {
  await db.query(
    `insert into token_usage (day, backend, contact_id, tokens, cost)
     values ((now() at time zone 'utc')::date, $1::text, $2::text::uuid, $3::bigint, $4::float8)
     on conflict (day, backend, contact_id) do update set
       tokens = token_usage.tokens + excluded.tokens, cost = token_usage.cost + excluded.cost`,
    [backend, NOBODY, tokens, cost],
  );
}
