import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";

/** What deliveries may be grouped by. A day is one of UTC. */
export const STAT_GROUPS = [
  "channel",
  "account",
  "template",
  "campaign",
  "day",
  "category",
] as const;

export type StatGroup = (typeof STAT_GROUPS)[number];

const CATEGORY = `coalesce(nullif(lower(m.pricing ->> 'category'), ''),
  case when m.template_name is null then 'service' else (
    select lower(t.category) from templates t
    where (t.channel, t.name, t.language) = (m.channel, m.template_name, coalesce(m.template_language, ''))) end)`;

const EXPRESSIONS: Readonly<Record<StatGroup, string>> = {
  channel: "m.channel",
  account: "m.account",
  template: "m.template_name",
  campaign: "m.campaign_id::text",
  day: "to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD')",
  category: CATEGORY,
};

/** Which messages are meant: those asked for from `since` on and before `until`. */
export interface StatFilter {
  readonly since: string;
  readonly until: string;
  readonly channel?: string | undefined;
  readonly account?: string | undefined;
  readonly template?: string | undefined;
  readonly campaign_id?: string | undefined;
  readonly category?: string | undefined;
  /** The only channels that may be looked at. */
  readonly channels?: readonly string[] | undefined;
}

const REASON = "coalesce(m.error ->> 'reason', '')";

/** A message that was read was delivered and sent before, also where nobody told. */
const COUNTS = `count(*)::int as requested,
  count(*) filter (where coalesce(m.sent_at, m.delivered_at, m.read_at) is not null)::int as sent,
  count(*) filter (where m.delivered_at is not null or m.read_at is not null)::int as delivered,
  count(*) filter (where m.read_at is not null)::int as read,
  count(*) filter (where m.status = 'failed' and
    ${REASON} not in ('channel_uncertain', 'channel_opted_out', 'campaign_cancelled'))::int as failed,
  count(*) filter (where m.status = 'failed' and ${REASON} in ('channel_opted_out', 'campaign_cancelled'))::int as skipped,
  count(*) filter (where m.status = 'uncertain' or (m.status = 'failed' and ${REASON} = 'channel_uncertain'))::int
    as uncertain`;

/** Providers tell times in whole seconds: what was told to happen before its cause took no time. */
const STEP = (from: string, to: string) =>
  `to_json(percentile_disc(array[0.5, 0.95, 0.99]) within group (order by
    greatest(0, round(extract(epoch from ${to} - ${from}) * 1000))::bigint))`;

const LATENCIES = `${STEP("coalesce(m.released_at, m.created_at)", "m.sent_at")} as accepted_to_sent,
  ${STEP("m.sent_at", "m.delivered_at")} as sent_to_delivered,
  ${STEP("m.delivered_at", "m.read_at")} as delivered_to_read`;

const keys = { g0: z.string().nullable().optional(), g1: z.string().nullable().optional() };

/** What became of messages; names and meanings are those of the API. */
export const deliveryCounts = {
  requested: z.int(),
  sent: z.int(),
  delivered: z.int(),
  read: z.int(),
  failed: z.int(),
  skipped: z.int(),
  uncertain: z.int(),
};

const countRow = z.object({ ...keys, ...deliveryCounts });

/** p50, p95 and p99 in milliseconds; null where nothing went this step. */
const step = z.array(z.int()).nullable();

const latencyRow = z.object({
  ...keys,
  is_total: z.boolean(),
  accepted_to_sent: step,
  sent_to_delivered: step,
  delivered_to_read: step,
});

export type DeliveryCounts = z.infer<typeof countRow>;
export type DeliveryLatencies = z.infer<typeof latencyRow>;

function source(filter: StatFilter, groups: readonly StatGroup[], taken: number) {
  const { sql, values } = narrow(
    [
      ["m.created_at >= ?::timestamptz", filter.since],
      ["m.created_at < ?::timestamptz", filter.until],
      ["m.channel = any(?::text[])", filter.channels],
      ["m.channel = ?::text", filter.channel],
      ["m.account = ?::text", filter.account],
      ["m.template_name = ?::text", filter.template],
      ["m.campaign_id = ?::text::uuid", filter.campaign_id],
      [`${CATEGORY} = ?::text`, filter.category],
    ],
    taken,
  );
  const columns = groups.map((group, index) => `, ${EXPRESSIONS[group]} as g${index}`).join("");
  return {
    from: `from (select m.*${columns} from messages m where m.direction = 'out'${sql}) m`,
    values,
    names: groups.map((_, index) => `m.g${index}`),
  };
}

/** Counts what became of messages, by at most two groups; at most `limit` of them. Throws `store_*`. */
export async function readDeliveryCounts(
  db: Queryable,
  filter: StatFilter,
  groups: readonly StatGroup[],
  limit: number,
): Promise<readonly DeliveryCounts[]> {
  const { from, values, names } = source(filter, groups, 1);
  const by = names.length === 0 ? "" : `group by ${names.join(", ")} order by ${names.join(", ")}`;
  const columns = names.map((name) => `${name}, `).join("");
  const rows = await db.query(`select ${columns}${COUNTS} ${from} ${by} limit $1::int`, [
    limit,
    ...values,
  ]);
  return z.array(countRow).parse(rows);
}

/**
 * Reads how long messages took from step to step, for each group and for all. Of `oneIn` messages one is looked at: sorting
 * millions of times to find the middle one tells no more than sorting a good sample. Throws `store_*`.
 */
export async function readDeliveryLatencies(
  db: Queryable,
  filter: StatFilter,
  groups: readonly StatGroup[],
  oneIn: number,
): Promise<readonly DeliveryLatencies[]> {
  const { from, values, names } = source(filter, groups, 1);
  const columns = names.map((name) => `${name}, `).join("");
  const sets = names.length === 0 ? "" : `group by grouping sets ((${names.join(", ")}), ())`;
  const isTotal = names[0] === undefined ? "true" : `grouping(${names[0]}) = 1`;
  const rows = await db.query(
    `select ${columns}${isTotal} as is_total, ${LATENCIES} ${from}
     where hashint8(m.seq) % $1::int = 0 ${sets}`,
    [oneIn, ...values],
  );
  return z.array(latencyRow).parse(rows);
}
