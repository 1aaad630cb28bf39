import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { LOCKED } from "./lock-conversations.ts";

// A replay locks the conversations too, and asks again whether a letter is still dead: one of the two finds nothing to do.
const DISCARD = `
  with meant as materialized (
    select conversation_id from inbox where message_id = any($1::text[]::uuid[]) and dead_at is not null
    union
    select conversation_id from messages where id = any($1::text[]::uuid[]) and direction = 'out' and status = 'failed'
  ),${LOCKED},
  inbound as (
    update inbox i set discarded_at = now() from locked
    where i.message_id = any($1::text[]::uuid[]) and i.conversation_id = locked.id and i.dead_at is not null
      and i.discarded_at is null
    returning 1
  ),
  outbound as (
    update messages m set discarded_at = now() from locked
    where m.id = any($1::text[]::uuid[]) and m.conversation_id = locked.id and m.direction = 'out' and m.status = 'failed'
      and m.discarded_at is null
    returning 1
  ),
  webhooks as (
    update webhook_events set discarded_at = now()
    where id = any($1::text[]::uuid[]) and state = 'quarantined' and discarded_at is null
    returning 1
  )
  select (select count(*) from inbound)::int + (select count(*) from outbound)::int + (select count(*) from webhooks)::int
    as count`;

/** Takes dead letters off their list for good, whatever their kind. Returns how many. Throws `store_*`. */
export async function discard(db: Queryable, ids: readonly string[]): Promise<number> {
  const rows = await db.query(DISCARD, [ids]);
  return z.array(z.object({ count: z.int() })).parse(rows)[0]?.count ?? 0;
}

/** Finds which of the ids are of letters that were discarded, on the given channels alone; undefined: all. Throws `store_*`. */
export async function listDiscarded(
  db: Queryable,
  ids: readonly string[],
  channels: readonly string[] | undefined,
): Promise<readonly string[]> {
  const rows = await db.query(
    `select id::text from (
       select message_id as id, channel from inbox where message_id = any($1::text[]::uuid[]) and discarded_at is not null
       union
       select id, channel from messages where id = any($1::text[]::uuid[]) and discarded_at is not null
       union
       select id, channel from webhook_events where id = any($1::text[]::uuid[]) and discarded_at is not null
     ) d where $2::text[] is null or channel = any($2::text[]) order by id`,
    [ids, channels ?? null],
  );
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
}
