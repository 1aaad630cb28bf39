import { z } from "zod";
import type { Queryable } from "./driver.ts";

const accountRows = z.array(
  z.object({ account: z.string(), is_connected: z.boolean(), in_flight: z.int() }),
);

/** How an account stands with a campaign: whether it works, and how many messages of the campaign wait to be sent there. */
export type AccountStanding = z.output<typeof accountRows>[number];

/** Reads how a campaign's accounts stand. Throws `store_*`. */
export async function readStandings(
  db: Queryable,
  campaign: {
    readonly id: string;
    readonly channel: string;
    readonly accounts: readonly string[];
  },
): Promise<readonly AccountStanding[]> {
  const rows = await db.query(
    `with flying as materialized (
       select m.account, count(*)::int as count from messages m
       where m.campaign_id = $1::text::uuid and m.status in ('queued', 'sending') and not m.superseded and m.part_of is null
       group by m.account
     )
     select a.account, coalesce(s.state <> 'disconnected', true) as is_connected, coalesce(f.count, 0) as in_flight
     from unnest($3::text[]) as a (account)
     left join account_states s on s.channel = $2::text and s.account = a.account
     left join flying f on f.account = a.account`,
    [campaign.id, campaign.channel, campaign.accounts],
  );
  return accountRows.parse(rows);
}

/** Whether a campaign seems to have nothing left to do; `finishCampaign` makes sure. Throws `store_*`. */
export async function seemsFinished(db: Queryable, campaignId: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 where not exists (
       select from campaign_recipients r where r.campaign_id = $1::text::uuid and r.state = 'open')
     and not exists (
       select from messages m where m.campaign_id = $1::text::uuid and not m.superseded
         and m.status in ('queued', 'sending', 'uncertain'))`,
    [campaignId],
  );
  return rows.length > 0;
}
