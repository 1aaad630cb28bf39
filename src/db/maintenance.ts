import { z } from "zod";
import type { Database } from "./driver.ts";

/** Days to keep each kind of row. */
export interface Retention {
  readonly rawWebhooksDays: number;
  /** At least 8, because Meta repeats a webhook for 7 days and the row is what recognises the repetition. */
  readonly inboxDays: number;
  readonly parkedDays: number;
  readonly historyDays: number;
}

/** Rows deleted in one statement, so that none runs for long. */
const SLICE = 5_000;

const DELETIONS: readonly { readonly days: keyof Retention; readonly text: string }[] = [
  {
    days: "rawWebhooksDays",
    text: "delete from webhook_events where id in (select id from webhook_events where received_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "inboxDays",
    text: "delete from inbox where id in (select id from inbox where done_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "parkedDays",
    text: "delete from parked_statuses where (channel, external_id, status) in (select channel, external_id, status from parked_statuses where parked_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "historyDays",
    text: "delete from interactions where id in (select id from interactions where created_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "historyDays",
    text: "delete from button_payloads where id in (select id from button_payloads where used_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
];

/** Removes the history of settled messages with its statuses and attempts. */
const DELETE_MESSAGES = `
  with old as (
    select id from messages where created_at < now() - $1::int * interval '1 day'
      and status not in ('queued', 'sending', 'uncertain') limit $2::int
  ),
  statuses as (delete from message_statuses where message_id in (select id from old)),
  attempts as (delete from send_attempts where message_id in (select id from old))
  delete from messages where id in (select id from old) returning 1`;

/** Deletes what is past its retention; returns how many rows went. */
export async function deleteExpired(db: Database, retention: Retention): Promise<number> {
  let deleted = 0;
  const deletions = [...DELETIONS, { days: "historyDays" as const, text: DELETE_MESSAGES }];
  for (const { days, text } of deletions) {
    for (;;) {
      const rows = await db.query(text, [retention[days], SLICE]);
      deleted += rows.length;
      if (rows.length < SLICE) break;
    }
  }
  return deleted;
}

const depthRow = z.object({
  waiting: z.number(),
  oldest_ms: z.number(),
  outbox: z.number(),
  dead: z.number(),
});

/** How much waits, for metrics and health. */
export interface QueueDepth {
  readonly waiting: number;
  /** Age of the oldest waiting message. */
  readonly oldestMs: number;
  readonly outbox: number;
  readonly dead: number;
}

/** Counts the waiting work; each count stops at 100,000 so that it stays cheap under a backlog. */
export async function measureQueue(db: Database): Promise<QueueDepth> {
  const rows = await db.query(
    `select
       (select count(*)::int from (select from inbox where done_at is null limit 100000) i) as waiting,
       coalesce((select extract(epoch from now() - min(received_at)) * 1000
         from (select received_at from inbox where done_at is null limit 100000) i), 0)::float8 as oldest_ms,
       (select count(*)::int from (select from messages where direction = 'out'
         and status in ('queued', 'sending', 'uncertain') limit 100000) m) as outbox,
       (select count(*)::int from (select from inbox where dead_at is not null limit 100000) d) as dead`,
  );
  const row = depthRow.parse(rows[0]);
  return { waiting: row.waiting, oldestMs: row.oldest_ms, outbox: row.outbox, dead: row.dead };
}

/** Proves that the database takes writes, without leaving anything behind. */
export async function probeWrite(db: Database): Promise<void> {
  await db.query("select nextval('message_seq')::text");
}
