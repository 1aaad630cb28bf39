import { z } from "zod";
import type { Queryable } from "./driver.ts";

/** Messages that are looked at for a share of failures, and failures for their codes: the last ones tell enough. */
const LOOKED_AT = 2_000;

const troubleRow = z.object({
  sent: z.int(),
  failed: z.int(),
  codes: z.array(
    z.object({
      code: z.string(),
      reason: z.string(),
      count: z.int(),
      /** In the last minute. */
      recent: z.int(),
    }),
  ),
  notices: z.array(z.object({ topic: z.string(), severity: z.string(), detail: z.string() })),
  template: z.object({ status: z.string(), is_gone: z.boolean() }).nullable(),
  is_cut_off: z.boolean(),
});

/** What went wrong with a campaign since it runs. */
export type Trouble = z.output<typeof troubleRow>;

/** What people and operators decide is no failure. */
const IS_FAILURE = `m.status = 'failed'
  and coalesce(m.error ->> 'reason', '') not in ('channel_opted_out', 'campaign_cancelled')`;

const TROUBLE = `
  with campaign as (
    select c.*, greatest(c.running_since, now() - $2::float8 * interval '1 millisecond') as since
    from campaigns c where c.id = $1::text::uuid
  ),
  taken as materialized (
    select m.sent_at, ${IS_FAILURE} as failed from messages m
    where m.campaign_id = $1::text::uuid and m.sent_at >= (select since from campaign)
    order by m.sent_at desc limit ${LOOKED_AT}
  ),
  refused as (
    select count(*)::int as count from (
      select 1 from messages m
      where m.campaign_id = $1::text::uuid and ${IS_FAILURE} and m.sent_at is null
        and m.failed_at >= (select case when (select count(*) from taken) < ${LOOKED_AT} then since
          else (select min(sent_at) from taken) end from campaign)
      limit ${LOOKED_AT}) one
  ),
  wrong as (
    (select m.error, m.sending_at as at from messages m
     where m.campaign_id = $1::text::uuid and m.status in ('queued', 'sending') and not m.superseded
       and m.error is not null and m.sending_at >= (select running_since from campaign) limit ${LOOKED_AT})
    union all
    (select m.error, m.failed_at from messages m
     where m.campaign_id = $1::text::uuid and m.status = 'failed' and m.failed_at >= (select running_since from campaign)
     order by m.failed_at desc limit ${LOOKED_AT})
  ),
  codes as (
    select coalesce(error ->> 'code', '') as code, coalesce(error ->> 'reason', '') as reason, count(*)::int as count,
      (count(*) filter (where at > now() - interval '1 minute'))::int as recent
    from wrong group by 1, 2
  )
  select (select count(*)::int from taken where not failed) as sent,
    (select count(*)::int from taken where failed) + (select count from refused) as failed,
    coalesce((select jsonb_agg(to_jsonb(codes)) from codes), '[]') as codes,
    coalesce((
      select jsonb_agg(jsonb_build_object('topic', n.topic, 'severity', n.severity, 'detail', n.detail) order by n.at)
      from account_notices n, campaign c
      where n.channel = c.channel and n.at >= c.running_since and n.severity <> 'info'
        and (n.account = any(c.accounts) or n.account <> all($3::text[]))
        and n.topic in ('number_quality', 'account_update', 'account_review', 'account_error')
    ), '[]') as notices,
    (select jsonb_build_object('status', t.status, 'is_gone', t.gone_at is not null)
      from templates t, campaign c
      where t.channel = c.channel and t.name = c.message #>> '{template,name}'
        and t.language in (c.message #>> '{template,language}', '')
        and (t.gone_at is not null or upper(t.status) not in ('APPROVED', 'FLAGGED', 'REINSTATED'))
      limit 1) as template,
    not exists (
      select from unnest(c.accounts) as a (account)
      left join account_states s on s.channel = c.channel and s.account = a.account
      where s.state is distinct from 'disconnected'
    ) as is_cut_off
  from campaign c`;

/**
 * Reads what went wrong with a campaign: failures within a time, error codes since it runs, what the provider told of its
 * accounts, whether its template is sent, and whether any account is left. `known` are all accounts of the channel: a
 * notice about another one is about the business as a whole. Throws `store_*`.
 */
export async function readTrouble(
  db: Queryable,
  campaignId: string,
  { windowMs, known }: { readonly windowMs: number; readonly known: readonly string[] },
): Promise<Trouble | undefined> {
  const rows = await db.query(TROUBLE, [campaignId, windowMs, known]);
  return z.array(troubleRow).parse(rows)[0];
}
