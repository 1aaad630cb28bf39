import { z } from "zod";
import type { Database, Queryable } from "./driver.ts";

const substituteRow = z
  .object({
    channel: z.string(),
    text: z.string(),
    menu: z.array(z.object({ title: z.string(), payload: z.string() })).nullable(),
    phones: z.array(z.string()),
    /** Further channels that whoever asked for the message named; null where nobody did. */
    route: z.unknown(),
    bulk: z.boolean(),
    campaignId: z.string().nullable(),
    recipientId: z.string().nullable(),
    correlationId: z.string().nullable(),
    /** The first message of the request, where this is one of its further parts. */
    partOf: z.string().nullable(),
    /** Whether an earlier try may have arrived, although a later one did not. */
    mayHaveArrived: z.boolean(),
  })
  .optional();

/** What another channel must know to say the same; see `readForSubstitute`. */
export type ForSubstitute = NonNullable<z.output<typeof substituteRow>>;

/**
 * Reads what another channel must know to say the same as a failed message: its words and those of its parts that have not
 * arrived, their choices, how the person can be reached, and the rest of the way. Undefined where it has not failed, or where
 * something was sent instead of it. Throws `store_*`.
 */
export async function readForSubstitute(
  db: Database,
  messageId: string,
): Promise<ForSubstitute | undefined> {
  const rows = await db.query(
    `select m.channel, coalesce(said.text, '') as text, said.menu, m.route, m.bulk, m.campaign_id::text as "campaignId",
       m.recipient_id::text as "recipientId", m.correlation_id as "correlationId", m.part_of::text as "partOf",
       m.uncertain_at is not null and m.attempts > 1 as "mayHaveArrived",
       coalesce((select json_agg(i.value order by i.last_seen_at desc) from contact_identities i
         where i.contact_id = m.contact_id and i.channel = m.channel and i.kind = 'phone'), '[]') as phones
     from messages m
     left join messages head on head.id = m.part_of
     cross join lateral (
       select string_agg(nullif(p.text, ''), E'\\n\\n' order by p.seq) as text,
         (array_agg(p.content -> 'menu' order by p.seq desc))[1] as menu
       from (
         select seq, text, content from messages where id = m.id
         union all
         select seq, text, content from messages where part_of = m.id and status in ('queued', 'failed')
       ) p
     ) said
     where m.id = $1::text::uuid and m.status = 'failed' and not m.superseded and not coalesce(head.superseded, false)`,
    [messageId],
  );
  return substituteRow.parse(rows[0]);
}

const stepRows = z.array(
  z.object({
    id: z.guid(),
    channel: z.string(),
    account: z.string(),
    status: z.string(),
  }),
);

/** One message of a way: the first, or one that was sent instead of the one before. */
export type RouteStep = z.output<typeof stepRows>[number];

/** Lists the messages that are one to whoever asked for it, in the order in which they were tried. Throws `store_*`. */
export async function listRouteSteps(
  db: Queryable,
  messageId: string,
): Promise<readonly RouteStep[]> {
  const rows = await db.query(
    `with recursive up as (
       select id, fallback_of, 0 as depth from messages where id = $1::text::uuid
       union all
       select m.id, m.fallback_of, up.depth + 1 from messages m join up on m.id = up.fallback_of where up.depth < 50
     ),
     down as (
       select id, 0 as step from (select id from up order by depth desc limit 1) first
       union all
       select m.id, down.step + 1 from messages m join down on m.fallback_of = down.id where down.step < 50
     )
     select m.id, m.channel, m.account, m.status from down join messages m using (id) order by down.step`,
    [messageId],
  );
  return stepRows.parse(rows);
}
