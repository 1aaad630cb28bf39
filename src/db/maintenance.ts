import { z } from "zod";
import type { Database } from "./driver.ts";
import { REQUESTS_KEPT } from "./idempotency-keys.ts";

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
    days: "rawWebhooksDays",
    text: "delete from outgoing_events where id in (select id from outgoing_events where created_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
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
    text: "delete from campaign_recipients where id in (select r.id from campaign_recipients r join campaigns c on c.id = r.campaign_id where c.finished_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "historyDays",
    text: "delete from campaigns where id in (select c.id from campaigns c where c.finished_at < now() - $1::int * interval '1 day' and not exists (select from campaign_recipients r where r.campaign_id = c.id) limit $2::int) returning 1",
  },
  {
    days: "historyDays",
    text: "delete from button_payloads where id in (select id from button_payloads where used_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
  {
    days: "historyDays",
    text: "delete from notification_events where id in (select id from notification_events where received_at < now() - $1::int * interval '1 day' limit $2::int) returning 1",
  },
];

/** What a repeated request is answered from is kept for a day, whatever the settings say. */
const DELETE_REQUESTS = `
  delete from idempotency_keys where (owner, key) in (select owner, key from idempotency_keys
    where created_at < now() - interval '${REQUESTS_KEPT}' limit $1::int) returning 1`;

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
  for (const { days, text } of deletions)
    deleted += await deleteInSlices(db, text, [retention[days], SLICE]);
  return deleted + (await deleteInSlices(db, DELETE_REQUESTS, [SLICE]));
}

async function deleteInSlices(
  db: Database,
  text: string,
  values: readonly number[],
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await db.query(text, values);
    deleted += rows.length;
    if (rows.length < SLICE) return deleted;
  }
}

const queueRow = z.object({ depth: z.number(), oldest_s: z.number() });

/** How much waits in a durable queue. */
export interface QueueMeasure {
  readonly depth: number;
  /** Age of the oldest entry; 0 where there is none. */
  readonly oldestSeconds: number;
}

/** Entries looked at; a deeper queue is shown as this deep, so that measuring stays cheap under a backlog. */
const MEASURED = 100_000;

const QUEUES = {
  inbox: "select received_at as since from inbox where done_at is null",
  outbox: `select coalesce(released_at, created_at) as since from messages
    where direction = 'out' and status in ('queued', 'sending', 'uncertain') and held_for is null`,
  dead: "select dead_at as since from inbox where dead_at is not null and discarded_at is null",
} as const;

/** Measures each durable queue. */
export async function measureQueues(
  db: Database,
): Promise<Record<keyof typeof QUEUES, QueueMeasure>> {
  const measure = async (queue: string): Promise<QueueMeasure> => {
    const rows = await db.query(
      `select count(*)::int as depth, coalesce(extract(epoch from now() - min(since)), 0)::float8 as oldest_s
       from (${queue} limit ${MEASURED}) waiting`,
    );
    const row = queueRow.parse(rows[0]);
    return { depth: row.depth, oldestSeconds: row.oldest_s };
  };
  return {
    inbox: await measure(QUEUES.inbox),
    outbox: await measure(QUEUES.outbox),
    dead: await measure(QUEUES.dead),
  };
}

/** Proves that the database takes writes, without leaving anything behind. */
export async function probeWrite(db: Database): Promise<void> {
  await db.query("select nextval('message_seq')::text");
}
