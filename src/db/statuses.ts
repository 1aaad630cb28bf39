import { z } from "zod";
import type { StatusUpdate } from "../messages.ts";
import type { Database } from "./driver.ts";
import { BEFORE, CHANGED, insertMessageEvents } from "./message-events.ts";

export interface ChannelStatus {
  readonly channel: string;
  readonly update: StatusUpdate;
  /** Where the spans of the webhook belong that brought it (W3C `traceparent`); not kept where it waits for its message. */
  readonly trace?: string | undefined;
}

/** A status that found its message. */
export interface AppliedStatus {
  /** Position in the list that was applied. */
  readonly place: number;
  readonly messageId: string;
  readonly conversationId: string;
  /** What the message was before: an uncertain one is settled by any status. */
  readonly before: string;
  readonly attempts: number;
  /** Where the message's spans belong (W3C `traceparent`). */
  readonly trace: string | null;
}

const appliedRows = z.array(
  z
    .object({
      place: z.number(),
      message_id: z.string(),
      conversation_id: z.string(),
      before: z.string(),
      attempts: z.number(),
      trace: z.string().nullable(),
    })
    .transform((row) => ({
      place: row.place,
      messageId: row.message_id,
      conversationId: row.conversation_id,
      before: row.before,
      attempts: row.attempts,
      trace: row.trace,
    })),
);

/** The rank of a status in SQL: a message's status only rises. `failed` yields to proof of delivery, not to `sent`. */
export const statusRank = (column: string): string =>
  `array_position(array['sent', 'failed', 'delivered', 'read'], ${column})`;

/**
 * A repeated status changes nothing, and neither does the late failure of an earlier try: what was sent again since is not
 * failed. A status finds its message by our own id where the provider echoes it, else by the provider's, else
 * by that of the request, and then the message is known by the provider's from there on. All times are kept, each
 * once, and one that the provider did not tell is now; the message's status is the highest rank reached. What finds no message is parked.
 * `offset 0` keeps the planner from looking through all messages of the account while it has no statistics of them.
 */
const APPLY = `
  with given as (
    select place::int - 1 as place, channel, account, external_id, message_id::uuid, status,
      case when at::timestamptz < '2000-01-01' then now() else at::timestamptz end as at, error::jsonb,
      pricing::jsonb, whole::jsonb, request_id
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
      $10::text[])
      with ordinality as g (channel, account, external_id, message_id, status, at, error, pricing, whole, request_id, place)
  ),
  matched as (
    select distinct on (g.place) g.*, m.id, m.known_id from given g cross join lateral (
      select * from (
        select id, m.external_id as known_id, 1 as choice, m.channel, m.account, m.direction from messages m
          where m.id = g.message_id
        union all
        select id, m.external_id, 2, m.channel, m.account, m.direction from messages m
          where m.external_id = g.external_id
        union all
        select id, m.external_id, 3, m.channel, m.account, m.direction from messages m
          where m.external_id = g.request_id
        offset 0
      ) named where (named.channel, named.account, named.direction) = (g.channel, g.account, 'out')
    ) m order by g.place, m.choice
  ),
  locked as materialized (
    select id, ${BEFORE} from messages where id in (select id from matched) order by id for update
  ),
  history as (
    insert into message_statuses (message_id, external_id, status, at, error)
    select id, external_id, status, at, error from matched order by id, external_id, status
    on conflict do nothing
    returning message_id as id, external_id, status
  ),
  news as (
    select matched.* from matched join history using (id, external_id, status)
    where status <> 'failed' or known_id is null or known_id in (external_id, request_id)
  ),
  merged as (
    select id,
      (array_agg(status order by ${statusRank("status")} desc))[1] as status,
      (array_agg(external_id order by place))[1] as external_id,
      (array_agg(request_id order by place) filter (where request_id is not null))[1] as request_id,
      min(at) filter (where status = 'sent') as sent_at,
      min(at) filter (where status in ('delivered', 'read')) as delivered_at,
      min(at) filter (where status = 'read') as read_at,
      min(at) filter (where status = 'failed') as failed_at,
      (array_agg(error order by place) filter (where error is not null))[1] as error,
      (array_agg(pricing order by place) filter (where pricing is not null))[1] as pricing
    from news group by id
  ),
  changed as (
    update messages m set
      status = case when coalesce(${statusRank("m.status")}, 0) < ${statusRank("x.status")} then x.status else m.status end,
      external_id = case when m.external_id = x.request_id then x.external_id else coalesce(m.external_id, x.external_id) end,
      sent_at = coalesce(m.sent_at, x.sent_at),
      delivered_at = least(m.delivered_at, x.delivered_at),
      read_at = coalesce(m.read_at, x.read_at),
      failed_at = coalesce(m.failed_at, x.failed_at),
      error = coalesce(x.error, m.error),
      pricing = coalesce(x.pricing, m.pricing),
      changed_at = now()
    from merged x, locked l where m.id = x.id and m.id = l.id
    returning m.attempts, m.trace, ${CHANGED}
  ),
  told as (${insertMessageEvents("changed")}),
  parked as (
    insert into parked_statuses (channel, account, external_id, request_id, status, update)
    select channel, account, external_id, request_id, status, whole from given
    where place not in (select place from matched) order by channel, external_id, status
    on conflict do nothing
  )
  select news.place, changed.id::text as message_id, changed.conversation_id::text, changed.before, changed.attempts,
    changed.trace
  from news join changed using (id) order by news.place`;

/** Applies provider statuses to their messages, forward only, and parks the rest. Returns those that were news. */
export async function applyStatuses(
  db: Database,
  statuses: readonly ChannelStatus[],
): Promise<readonly AppliedStatus[]> {
  if (statuses.length === 0) return [];
  const updates = statuses.map(({ update }) => update);
  const rows = await db.query(APPLY, [
    statuses.map(({ channel }) => channel),
    updates.map(({ account }) => account),
    updates.map(({ externalId }) => externalId),
    updates.map(({ messageId }) => messageId ?? null),
    updates.map(({ status }) => status),
    updates.map(({ at }) => at),
    updates.map(({ error }) => (error === undefined ? null : JSON.stringify(error))),
    updates.map(({ pricing }) => (pricing === undefined ? null : JSON.stringify(pricing))),
    updates.map((update) => JSON.stringify(update)),
    updates.map(({ requestId }) => requestId ?? null),
  ]);
  return appliedRows.parse(rows);
}

const parkedRows = z.array(
  z.object({
    channel: z.string(),
    external_id: z.string(),
    status: z.string(),
    update: z.unknown(),
  }),
);

/** A status that waited for its message, exactly as it was parked. */
export interface ParkedStatus {
  readonly channel: string;
  readonly externalId: string;
  readonly status: string;
  readonly update: unknown;
}

/**
 * Lists parked statuses whose message is known by now. Only the last hour is looked at: a status waits for the answer to a
 * send, which takes seconds; older ones belong to messages that other programs sent with our number.
 */
export async function listJoinable(db: Database, limit: number): Promise<readonly ParkedStatus[]> {
  const rows = await db.query(
    `select p.channel, p.external_id, p.status, p.update from parked_statuses p
     where p.parked_at > now() - interval '1 hour' and exists (
       select from (
         select m.channel, m.account, m.direction from messages m
         where m.external_id in (p.external_id, p.request_id) offset 0
       ) named where (named.channel, named.account, named.direction) = (p.channel, p.account, 'out'))
     order by p.parked_at limit $1::int`,
    [limit],
  );
  return parkedRows.parse(rows).map((row) => ({
    channel: row.channel,
    externalId: row.external_id,
    status: row.status,
    update: row.update,
  }));
}

/** Removes parked statuses after they were applied; until then a crash only means that they are applied again. */
export async function removeParked(db: Database, parked: readonly ParkedStatus[]): Promise<void> {
  await db.query(
    `delete from parked_statuses p using unnest($1::text[], $2::text[], $3::text[]) as done (channel, external_id, status)
     where (p.channel, p.external_id, p.status) = (done.channel, done.external_id, done.status)`,
    [
      parked.map(({ channel }) => channel),
      parked.map(({ externalId }) => externalId),
      parked.map(({ status }) => status),
    ],
  );
}
