import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utc, utcText } from "./utc.ts";

/** Whether the templates of a channel were ever listed without a gap. Throws `store_*`. */
export async function wasSynced(db: Queryable, channel: string): Promise<boolean> {
  const rows = await db.query(
    "select 1 as yes from template_syncs where channel = $1::text and complete_at is not null",
    [channel],
  );
  return rows.length > 0;
}

const claimRow = z.object({ started_at: z.iso.datetime() });

/**
 * Takes the listing of a channel's templates, unless the provider asked for a rest or it was listed within `gapMs`: the time
 * at which it began, by the database's clock, or undefined.
 */
export async function claimSync(
  db: Queryable,
  channel: string,
  gapMs: number,
): Promise<string | undefined> {
  const rows = await db.query(
    `insert into template_syncs as s (channel) values ($1::text)
     on conflict (channel) do update set started_at = now()
       where coalesce(s.rest_until <= now(), true)
         and s.started_at <= now() - $2::float8 * interval '1 millisecond'
     returning ${utc("started_at")}`,
    [channel, gapMs],
  );
  return z.array(claimRow).parse(rows)[0]?.started_at;
}

/** How a listing of templates ended. */
export interface SyncEnd {
  /** Whether it came to its end, and was not broken off to be done again. */
  readonly isDone: boolean;
  /** Whether nothing is missing from it. */
  readonly isComplete: boolean;
  /** How long the provider wants to be left alone. */
  readonly restMs: number;
  /** The name of what went wrong. */
  readonly error: string | null;
}

/** Notes how a listing ended. What became stale while it ran stays so. */
export async function endSync(
  db: Queryable,
  channel: string,
  startedAt: string,
  { isDone, isComplete, restMs, error }: SyncEnd,
): Promise<void> {
  await db.query(
    `update template_syncs set error = $4::text,
       listed_at = case when $6::boolean then now() else listed_at end,
       complete_at = case when $3::boolean then now() else complete_at end,
       stale_at = case when $6::boolean and stale_at < $2::text::timestamptz then null else stale_at end,
       rest_until = case when $5::float8 > 0 then now() + $5::float8 * interval '1 millisecond' end
     where channel = $1::text`,
    [channel, startedAt, isComplete, error, restMs, isDone],
  );
}

/** Notes that templates of a channel changed in a way that only a listing tells. */
export async function markStale(db: Queryable, channel: string): Promise<void> {
  await db.query(
    `insert into template_syncs as s (channel, started_at, stale_at) values ($1::text, '-infinity', now())
     on conflict (channel) do update set stale_at = now()`,
    [channel],
  );
}

/** When the templates of a channel are due to be listed. */
export interface SyncRhythm {
  /** Age at which a listing is made again. */
  readonly everyMs: number;
  /** Pause after a listing that failed. */
  readonly afterErrorMs: number;
}

/** Those of the channels whose templates are due to be listed: never listed, listed long ago, or known to have changed. */
export async function listDueSyncs(
  db: Queryable,
  channels: readonly string[],
  { everyMs, afterErrorMs }: SyncRhythm,
): Promise<string[]> {
  const rows = await db.query(
    `select c.channel from unnest($1::text[]) as c (channel) left join template_syncs s on s.channel = c.channel
     where (s.listed_at is null or s.stale_at is not null
         or s.listed_at <= now() - $2::float8 * interval '1 millisecond')
       and (s.error is null or s.started_at <= now() - $3::float8 * interval '1 millisecond')
       and coalesce(s.rest_until <= now(), true)
     order by c.channel`,
    [channels, everyMs, afterErrorMs],
  );
  return z
    .array(z.object({ channel: z.string() }))
    .parse(rows)
    .map(({ channel }) => channel);
}

const standRow = z.object({
  started_at: z.iso.datetime().nullable(),
  rest_until: z.iso.datetime().nullable(),
});

/** Why a listing cannot begin now: when the last one did, and until when the provider wants to be left alone. */
export async function findSync(
  db: Queryable,
  channel: string,
): Promise<z.infer<typeof standRow> | undefined> {
  const rows = await db.query(
    `select case when isfinite(started_at) then ${utcText("started_at")} end as started_at,
       case when rest_until > now() then ${utcText("rest_until")} end as rest_until
     from template_syncs where channel = $1::text`,
    [channel],
  );
  return z.array(standRow).parse(rows)[0];
}
