import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utcText } from "./utc.ts";

/** What became of a campaign's recipients, counted from the rows at the moment of asking. */
export const campaignFigures = z.strictObject({
  audience: z.int(),
  queued: z.int(),
  sent: z.int(),
  delivered: z.int(),
  read: z.int(),
  failed: z.int(),
  skipped: z.int(),
  uncertain: z.int(),
  /** The provider took it, whatever happened then. */
  reached_sent: z.int(),
  reached_delivered: z.int(),
  reached_read: z.int(),
  replied: z.int(),
  sent_per_minute: z.int(),
  first_sent_at: z.iso.datetime().nullable(),
  last_sent_at: z.iso.datetime().nullable(),
});

export type CampaignFigures = z.infer<typeof campaignFigures>;

/** Reasons of failure that mean: deliberately left out. */
const SKIPPED = "coalesce(m.error ->> 'reason', '') in ('channel_opted_out', 'campaign_cancelled')";

/** Nobody knows whether it was sent, and it is not sent again. */
const UNCERTAIN = "coalesce(m.error ->> 'reason', '') = 'channel_uncertain'";

/**
 * The part of a recipient's messages that stands for all of them: the first, and of those the one that was not replaced by
 * another. Failures are few and the only ones whose reason is read; all others are counted in the index alone.
 */
const FIGURES = `
  with asked as (select unnest($1::text[])::uuid as id),
  people as (
    select a.id,
      (select count(*) from campaign_recipients r where r.campaign_id = a.id and r.state = 'open') as open,
      (select count(*) from campaign_recipients r where r.campaign_id = a.id and r.state = 'skipped') as skipped,
      (select count(*) from campaign_recipients r where r.campaign_id = a.id and r.replied_at is not null) as replied
    from asked a
  ),
  counted as (
    select m.campaign_id as id,
      count(*) filter (where m.status in ('queued', 'sending')) as queued,
      count(*) filter (where m.status = 'sent') as sent,
      count(*) filter (where m.status = 'delivered') as delivered,
      count(*) filter (where m.status = 'read') as read,
      count(*) filter (where m.status = 'uncertain') as uncertain
    from messages m where m.campaign_id = any($1::text[]::uuid[]) and not m.superseded and m.part_of is null
    group by m.campaign_id
  ),
  failed as (
    select m.campaign_id as id,
      count(*) filter (where ${UNCERTAIN}) as uncertain,
      count(*) filter (where ${SKIPPED}) as skipped,
      count(*) filter (where not (${SKIPPED} or ${UNCERTAIN})) as failed,
      count(*) filter (where m.sent_at is not null) as taken
    from messages m where m.campaign_id = any($1::text[]::uuid[]) and m.status = 'failed' and not m.superseded
      and m.part_of is null
    group by m.campaign_id
  ),
  times as (
    select a.id,
      (select min(m.sent_at) from messages m where m.campaign_id = a.id and m.sent_at is not null) as first,
      (select max(m.sent_at) from messages m where m.campaign_id = a.id and m.sent_at is not null) as last,
      (select count(*) from messages m where m.campaign_id = a.id and m.sent_at > now() - interval '1 minute') as minute
    from asked a
  ),
  buckets as (
    select p.id, p.open + coalesce(c.queued, 0) as queued, coalesce(c.sent, 0) as sent,
      coalesce(c.delivered, 0) as delivered, coalesce(c.read, 0) as read, coalesce(f.failed, 0) as failed,
      p.skipped + coalesce(f.skipped, 0) as skipped, coalesce(c.uncertain, 0) + coalesce(f.uncertain, 0) as uncertain,
      coalesce(f.taken, 0) as taken, p.replied
    from people p left join counted c using (id) left join failed f using (id)
  )
  select b.id::text, (b.queued + b.sent + b.delivered + b.read + b.failed + b.skipped + b.uncertain)::int as audience,
    b.queued::int, b.sent::int, b.delivered::int, b.read::int, b.failed::int, b.skipped::int, b.uncertain::int,
    (b.sent + b.delivered + b.read + b.taken)::int as reached_sent, (b.delivered + b.read)::int as reached_delivered,
    b.read::int as reached_read, b.replied::int, t.minute::int as sent_per_minute,
    ${utcText("t.first")} as first_sent_at, ${utcText("t.last")} as last_sent_at
  from buckets b join times t using (id)`;

const figureRows = z.array(campaignFigures.extend({ id: z.guid() }));

/** Counts campaigns by id. One that does not exist has nothing but noughts. Throws `store_*`. */
export async function readCampaignFigures(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CampaignFigures>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query(FIGURES, [[...new Set(ids)]]);
  return new Map(figureRows.parse(rows).map(({ id, ...figures }) => [id, figures]));
}

const failureRow = z.object({
  /** Where the campaign's message failed: hints differ from channel to channel. */
  channel: z.string(),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  title: z.string().nullable(),
  count: z.int(),
  last_at: z.iso.datetime().nullable(),
});

export type CampaignFailure = z.infer<typeof failureRow>;

/** Kinds of failure that are told apart; more than a handful tell an operator nothing. */
const FAILURES_LISTED = 50;

/** Lists what a campaign's failed messages failed of, the most frequent first. Throws `store_*`. */
export async function failuresOf(db: Queryable, id: string): Promise<readonly CampaignFailure[]> {
  const rows = await db.query(
    `select m.channel, nullif(m.error ->> 'code', '') as code, max(m.error ->> 'reason') as reason,
       max(m.error ->> 'title') as title, count(*)::int as count, ${utcText("max(m.failed_at)")} as last_at
     from messages m
     where m.campaign_id = $1::text::uuid and m.status = 'failed' and not m.superseded and m.part_of is null
       and not (${SKIPPED} or ${UNCERTAIN})
     group by m.channel, nullif(m.error ->> 'code', ''),
       case when nullif(m.error ->> 'code', '') is null then m.error ->> 'reason' end
     order by count desc, m.channel, code limit $2::int`,
    [id, FAILURES_LISTED],
  );
  return z.array(failureRow).parse(rows);
}
