import { z } from "zod";
import type { Database } from "./driver.ts";

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
  campaign: `select greatest(r.created_at, k.started_at) as since
    from campaigns k join campaign_recipients r on r.campaign_id = k.id and r.state = 'open' where k.state = 'running'`,
  events:
    "select created_at as since from outgoing_events where done_at is null and dead_at is null",
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
    campaign: await measure(QUEUES.campaign),
    events: await measure(QUEUES.events),
  };
}

const waitingRow = z.object({ waiting_s: z.number() });

/**
 * Measures how many seconds the conversation that is due longest waits for a worker. What waits for a retry, for a limit or
 * for more of a burst is not due, and what is being worked on neither: so this grows only where there are too few workers.
 */
export async function measureWaiting(db: Database, channels: readonly string[]): Promise<number> {
  const rows = await db.query(
    `select coalesce(extract(epoch from now() - min(due)), 0)::float8 as waiting_s from (
       select min(due) as due from conversations where due <= now() and not bulk and channel = any($1::text[])
       union all
       select min(due) as due from conversations where due <= now() and bulk and channel = any($1::text[])
     ) first`,
    [channels],
  );
  return waitingRow.parse(rows[0]).waiting_s;
}

/** Proves that the database takes writes, without leaving anything behind. */
export async function probeWrite(db: Database): Promise<void> {
  await db.query("select nextval('message_seq')::text");
}
