import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utc } from "./utc.ts";

/** What a provider says of an account of ours. */
export interface StoredAccountState {
  readonly channel: string;
  readonly account: string;
  readonly state: "connected" | "connecting" | "disconnected";
  readonly detail: string;
}

/** Remembers the states of accounts; one that is said again keeps the time at which it began. Returns those that changed. */
export async function saveAccountStates(
  db: Queryable,
  states: readonly StoredAccountState[],
): Promise<readonly StoredAccountState[]> {
  const latest = new Map(states.map((state) => [`${state.channel}\n${state.account}`, state]));
  const list = [...latest.values()].toSorted((a, b) =>
    `${a.channel}\n${a.account}` < `${b.channel}\n${b.account}` ? -1 : 1,
  );
  if (list.length === 0) return [];
  const rows = await db.query(
    `insert into account_states (channel, account, state, detail)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
     on conflict (channel, account) do update set state = excluded.state, detail = excluded.detail, changed_at = now()
       where (account_states.state, account_states.detail) is distinct from (excluded.state, excluded.detail)
     returning channel, account, state, detail`,
    [
      list.map(({ channel }) => channel),
      list.map(({ account }) => account),
      list.map(({ state }) => state),
      list.map(({ detail }) => detail),
    ],
  );
  return z
    .array(
      z.object({
        channel: z.string(),
        account: z.string(),
        state: z.enum(["connected", "connecting", "disconnected"]),
        detail: z.string(),
      }),
    )
    .parse(rows);
}

const healthRow = z.object({
  channel: z.string(),
  account: z.string(),
  state: z.enum(["connected", "connecting", "disconnected"]).nullable(),
  state_detail: z.string().nullable(),
  state_since: z.iso.datetime().nullable(),
  sent_today: z.int(),
  delivered_today: z.int(),
  read_today: z.int(),
  failed_today: z.int(),
  consecutive_errors: z.int(),
  last_sent_at: z.iso.datetime().nullable(),
  last_received_at: z.iso.datetime().nullable(),
  last_webhook_at: z.iso.datetime().nullable(),
  quality: z.string().nullable(),
  messaging_limit: z.string().nullable(),
  notice: z.string().nullable(),
});

/** How an account is doing: its provider's word, and the day's figures counted from the messages themselves. */
export type AccountHealth = z.infer<typeof healthRow>;

/** Failures in a row that are counted; more tell nothing new. */
const ERRORS_COUNTED = 100;

/** Characters of a notice that are shown. */
const NOTICE_LENGTH = 500;

/** Notices of account `a`, and those of its channel that name no account of ours: they are about the business as a whole. */
const NOTICES = `account_notices n where n.channel = a.channel
  and (n.account = a.account or not exists (select from ours o where (o.channel, o.account) = (n.channel, n.account)))`;

/** What a provider told of how many people may be written to a day; of one number alone where it is the channel's only one. */
const LIMIT = `select coalesce(n.data ->> 'current_limit', n.data ->> 'max_daily_conversations_per_business',
    n.data ->> 'max_daily_conversation_per_phone') as text
  from ${NOTICES} and n.topic in ('number_quality', 'business_capability')
    and n.data ?| array['current_limit', 'max_daily_conversations_per_business', 'max_daily_conversation_per_phone']
    and (n.topic <> 'number_quality' or n.account = a.account or (select count(*) from ours o where o.channel = a.channel) = 1)
  order by n.at desc limit 1`;

/** The last warning. Those about templates are told where templates are. */
const WARNING = `select left(n.detail, ${NOTICE_LENGTH}) as text from ${NOTICES} and n.severity in ('warning', 'alert')
    and n.topic not like 'template%' and n.at > now() - interval '30 days'
  order by n.at desc limit 1`;

/**
 * Reads the health of accounts. The day begins at midnight UTC. A failure counts as one in a row until a message is sent
 * after it.
 */
export async function readAccountHealth(
  db: Queryable,
  accounts: readonly { readonly channel: string; readonly account: string }[],
): Promise<readonly AccountHealth[]> {
  if (accounts.length === 0) return [];
  const rows = await db.query(
    `with ours as materialized (
       select distinct channel, account from unnest($1::text[], $2::text[]) as o (channel, account)
     )
     select a.channel, a.account, s.state, s.detail as state_detail, ${utc("s.changed_at", "state_since")},
       day.sent as sent_today, day.delivered as delivered_today, day.read as read_today, day.failed as failed_today,
       errors.count as consecutive_errors, ${utc("sent.at", "last_sent_at")}, ${utc("received.at", "last_received_at")},
       ${utc("webhook.at", "last_webhook_at")}, substring(s.detail from 'quality ([A-Z]+)') as quality,
       talk.text as messaging_limit, warning.text as notice
     from ours a
     left join account_states s using (channel, account)
     cross join lateral (
       select count(*) filter (where m.sent_at is not null)::int as sent,
         count(*) filter (where m.delivered_at is not null)::int as delivered,
         count(*) filter (where m.read_at is not null)::int as read,
         count(*) filter (where m.status = 'failed')::int as failed
       from messages m where (m.channel, m.account, m.direction) = (a.channel, a.account, 'out')
         and m.created_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
     ) day
     cross join lateral (
       select max(m.sent_at) as at from (
         select sent_at from messages m where (m.channel, m.account, m.direction) = (a.channel, a.account, 'out')
         order by created_at desc limit $3::int) m
     ) sent
     cross join lateral (
       select count(*)::int as count from (
         select status, coalesce(failed_at, created_at) as at from messages m
         where (m.channel, m.account, m.direction) = (a.channel, a.account, 'out')
         order by created_at desc limit $3::int) m
       where m.status = 'failed' and (sent.at is null or m.at > sent.at)
     ) errors
     left join (
       select c.channel, c.account, max(c.last_inbound_at) as at from conversations c
       where c.channel = any($1::text[]) group by c.channel, c.account
     ) received using (channel, account)
     left join lateral (
       select e.received_at as at from webhook_events e where e.channel = a.channel and e.state = 'stored'
       order by e.received_at desc limit 1
     ) webhook on true
     left join lateral (${LIMIT}) talk on true
     left join lateral (${WARNING}) warning on true
     order by a.channel, a.account`,
    [
      accounts.map(({ channel }) => channel),
      accounts.map(({ account }) => account),
      ERRORS_COUNTED,
    ],
  );
  return z.array(healthRow).parse(rows);
}
