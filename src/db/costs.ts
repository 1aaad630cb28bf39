import { z } from "zod";
import type { Queryable } from "./driver.ts";

const billedRow = z
  .object({
    channel: z.string(),
    account: z.string(),
    month: z.string(),
    category: z.string().nullable(),
    billable: z.boolean().nullable(),
    count: z.int(),
  })
  .readonly();

/** Messages of a campaign by what their provider said of their price. */
export type BilledMessages = z.infer<typeof billedRow>;

/** A provider's word for a category, in the case of ours; null where it said none. */
const CATEGORY = "nullif(lower(m.pricing ->> 'category'), '')";

const BILLABLE = "case m.pricing -> 'billable' when 'true' then true when 'false' then false end";

/** Counts the messages that a provider took for a campaign, by what it said of their price. Throws `store_*`. */
export async function readCampaignBilling(
  db: Queryable,
  campaignId: string,
): Promise<readonly BilledMessages[]> {
  const rows = await db.query(
    `select channel, account, to_char(created_at at time zone 'UTC', 'YYYY-MM') as month, ${CATEGORY} as category,
       ${BILLABLE} as billable, count(*)::int as count
     from messages m
     where campaign_id = $1::text::uuid and status in ('sent', 'delivered', 'read')
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    [campaignId],
  );
  return z.array(billedRow).parse(rows);
}

const serviceRow = z
  .object({ channel: z.string(), account: z.string(), month: z.string(), count: z.int() })
  .readonly();

/** How many service messages an account's people got in a month (UTC). */
export type ServiceMessages = z.infer<typeof serviceRow>;

/**
 * Counts the service messages of accounts and a month: what reached people without being a template, but for the answers to
 * an advertisement, which stay free. The month is that of the request to send. Throws `store_*`.
 */
export async function readServiceMessages(
  db: Queryable,
  accounts: readonly { readonly channel: string; readonly account: string }[],
  month: string,
): Promise<readonly ServiceMessages[]> {
  if (accounts.length === 0) return [];
  const rows = await db.query(
    `select a.channel, a.account, $3::text as month,
       (select count(*) from messages m where (m.channel, m.account, m.direction) = (a.channel, a.account, 'out')
         and m.created_at >= ($3::text || '-01')::timestamp at time zone 'UTC'
         and m.created_at < (($3::text || '-01')::timestamp + interval '1 month') at time zone 'UTC'
         and m.status in ('delivered', 'read')
         and coalesce(${CATEGORY}, case when m.template_name is null then 'service' end) = 'service'
         and coalesce(m.pricing ->> 'type', '') <> 'free_entry_point')::int as count
     from (select distinct * from unnest($1::text[], $2::text[]) as g (channel, account)) a
     order by a.channel, a.account`,
    [accounts.map(({ channel }) => channel), accounts.map(({ account }) => account), month],
  );
  return z.array(serviceRow).parse(rows);
}

/** Finds the category of a template that its provider knows, in the case of ours. Throws `store_*`. */
export async function findCategory(
  db: Queryable,
  channel: string,
  name: string,
): Promise<string | null> {
  const rows = await db.query(
    `select lower(category) as category from templates
     where channel = $1::text and name = $2::text and category is not null order by gone_at desc nulls first limit 1`,
    [channel, name],
  );
  return z.array(z.object({ category: z.string() })).parse(rows)[0]?.category ?? null;
}
