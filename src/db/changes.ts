import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utcText } from "./utc.ts";

/** A moment of the database: a snapshot tells what was committed by then from what was not yet, whatever times rows bear. */
export interface Moment {
  /** By the database's clock, RFC 3339 UTC. */
  readonly time: string;
  /** As PostgreSQL writes it. */
  readonly snapshot: string;
}

/**
 * Up to where the changes of the database are known: all that was committed by a moment, and of what was committed between it
 * and a later one the rows up to a place.
 */
export interface ChangePosition extends Moment {
  readonly between?: { readonly until: Moment; readonly at: string; readonly id: string };
}

const changeRow = z.object({
  kind: z.enum(["message", "inbound"]),
  id: z.guid(),
  conversation_id: z.guid(),
  channel: z.string(),
  account: z.string(),
  status: z.string(),
  at: z.iso.datetime(),
  correlation_id: z.string().nullable(),
  campaign_id: z.guid().nullable(),
});

/** A message of ours that came into another state, or one of a person that arrived. */
export type Change = z.infer<typeof changeRow>;

/** What was found, and up to which moment it was looked for. */
export interface Changes {
  readonly changes: readonly Change[];
  readonly until: Moment;
  /** Where to read on. */
  readonly next: ChangePosition;
}

/** A change may be told this much later than it bears in its time: no statement runs for longer. */
const LATE_MS = 15_000;

/** The transaction that wrote a row as it is now; a row keeps only the lower half of its number. */
const WRITER = `(case when now.base + m.xmin::text::bigint >= now.next then now.base + m.xmin::text::bigint - 4294967296
  else now.base + m.xmin::text::bigint end)::text::xid8`;

const READ = `
  with now as materialized (
    select pg_current_snapshot() as snapshot, ${utcText("now()")} as time,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next,
      pg_snapshot_xmax(pg_current_snapshot())::text::bigint / 4294967296 * 4294967296 as base,
      $1::timestamptz - ${LATE_MS} * interval '1 millisecond' as floor
  ),
  found as (
    select c.*, ${utcText("c.moment")} as at from (
      select 'message' as kind, m.id, m.conversation_id, m.channel, m.account, m.status, m.changed_at as moment,
        m.correlation_id, m.campaign_id, ${WRITER} as writer
      from messages m, now where m.direction = 'out' and m.changed_at > now.floor
      union all
      select 'inbound', i.message_id, i.conversation_id, i.channel, i.account, 'received', i.received_at, null, null,
        coalesce(i.arrived, '3'::xid8)
      from inbox i, now where i.received_at > now.floor and not starts_with(i.external_id, 'trigger:')
    ) c
    where not pg_visible_in_snapshot(c.writer, $2::text::pg_snapshot)
      and ($3::text is null or (pg_visible_in_snapshot(c.writer, $3::text::pg_snapshot)
        and ($4::text is null or (c.moment, c.id) > ($4::text::timestamptz, $5::text::uuid))))
    order by c.moment, c.id limit $6::int
  )
  select now.snapshot::text as now_snapshot, now.time as now_time, found.kind, found.id, found.conversation_id, found.channel,
    found.account, found.status, found.at, found.correlation_id, found.campaign_id
  from now left join found on true order by found.moment, found.id`;

const momentRow = z
  .object({ now_time: z.iso.datetime(), now_snapshot: z.string() })
  .transform((row): Moment => ({ time: row.now_time, snapshot: row.now_snapshot }));

/** The position right after a change that was found between a position and a moment. */
export function positionAfter(
  { time, snapshot }: Moment,
  until: Moment,
  { at, id }: Pick<Change, "at" | "id">,
): ChangePosition {
  return { time, snapshot, between: { until, at, id } };
}

/**
 * Reads what was committed since a position, the oldest first, at most `limit` of it. Where `until` is given, or the position
 * itself lies before a moment, what was committed after that moment is left for the next reading. Throws `store_*`.
 */
export async function readChanges(
  db: Queryable,
  position: ChangePosition,
  { limit, until }: { readonly limit: number; readonly until?: Moment },
): Promise<Changes> {
  const { between } = position;
  const bound = between?.until ?? until;
  const rows = await db.query(READ, [
    position.time,
    position.snapshot,
    bound?.snapshot ?? null,
    between?.at ?? null,
    between?.id ?? null,
    limit + 1,
  ]);
  const end = bound ?? momentRow.parse(rows[0]);
  const found = z.array(changeRow).parse(rows.filter((row) => row["id"] !== null));
  const changes = found.slice(0, limit);
  const last = found.length > limit ? changes.at(-1) : undefined;
  return {
    changes,
    until: end,
    next: last === undefined ? end : positionAfter(position, end, last),
  };
}

/** The position that has everything behind it. Throws `store_*`. */
export async function readPosition(db: Queryable): Promise<ChangePosition> {
  const rows = await db.query(
    `select pg_current_snapshot()::text as now_snapshot, ${utcText("now()")} as now_time`,
  );
  return momentRow.parse(rows[0]);
}
