import { z } from "zod";
import type { RouteRung, SendContent } from "../send-content.ts";
import { routeRung, sendContent } from "../send-content.ts";
import type { Queryable } from "./driver.ts";
import type { Page } from "./page.ts";
import { utc, utcText } from "./utc.ts";

export const CAMPAIGN_STATES = [
  "draft",
  "scheduled",
  "running",
  "paused",
  "done",
  "cancelled",
] as const;

export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** Hours in which a campaign sends, by the clock on the wall; `days` on which they begin, 0 is Sunday. */
export const campaignHours = z.strictObject({
  from: z.string(),
  to: z.string(),
  time_zone: z.string(),
  days: z.array(z.int()).optional(),
});

export type CampaignHours = z.infer<typeof campaignHours>;

/** From which share of failures on, and of how many messages at least, a campaign pauses by itself. */
export const campaignGuard = z.strictObject({
  error_rate: z.number().optional(),
  sample: z.int().optional(),
});

export type CampaignGuard = z.infer<typeof campaignGuard>;

const time = z.iso.datetime().nullable();

const campaignRow = z.object({
  id: z.guid(),
  channel: z.string(),
  accounts: z.array(z.string()),
  name: z.string(),
  message: sendContent,
  values: z.record(z.string(), z.string()),
  language: z.string().nullable(),
  route: z.array(routeRung),
  category: z.string().nullable(),
  state: z.enum(CAMPAIGN_STATES),
  state_reason: z.string().nullable(),
  start_at: time,
  rate_per_second: z.number().nullable(),
  hours: campaignHours.nullable(),
  guard: campaignGuard,
  default_country: z.string().nullable(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  updated_at: z.iso.datetime(),
  started_at: time,
  running_since: time,
  paused_at: time,
  finished_at: time,
});

/** A campaign as it is kept. */
export type CampaignRow = z.infer<typeof campaignRow>;

export const campaignRows = z.array(campaignRow);

/** The columns of a campaign `c`. */
export const CAMPAIGN_COLUMNS = `c.id::text, c.channel, to_jsonb(c.accounts) as accounts, c.name, c.message, c."values", c.language, c.route,
  c.category, c.state, c.state_reason, ${utc("c.start_at")}, c.rate_per_second, c.hours, c.guard, c.default_country,
  ${utc("c.created_at")}, c.created_by, ${utc("c.updated_at")}, ${utc("c.started_at")}, ${utc("c.running_since")},
  ${utc("c.paused_at")}, ${utc("c.finished_at")}`;

/** What somebody says of a campaign when it is made. */
export interface NewCampaign {
  readonly id: string;
  readonly channel: string;
  readonly accounts: readonly string[];
  readonly name: string;
  readonly message: SendContent;
  readonly values: Readonly<Record<string, string>>;
  readonly language: string | null;
  readonly route: readonly RouteRung[];
  readonly category: string | null;
  readonly startAt: string | null;
  readonly ratePerSecond: number | null;
  readonly hours: CampaignHours | null;
  readonly guard: CampaignGuard;
  readonly defaultCountry: string | null;
  readonly createdBy: string;
}

const INSERT = `
  with made as (
    insert into campaigns as c (id, channel, accounts, name, message, "values", language, route, category, start_at,
      rate_per_second, hours, guard, default_country, created_by)
    select g.id, g.channel, g.accounts, g.name, g.message, g."values", g.language, g.route, g.category, g.start_at,
      g.rate_per_second, nullif(g.hours, 'null'), g.guard, g.default_country, g.created_by
    from jsonb_to_record($1::text::jsonb) as g (id uuid, channel text, accounts text[], name text, message jsonb,
      "values" jsonb, language text, route jsonb, category text, start_at timestamptz, rate_per_second float8, hours jsonb,
      guard jsonb, default_country text, created_by text)
    on conflict (id) do nothing
    returning *
  ),
  logged as (
    insert into campaign_events (id, campaign_id, actor, kind) select gen_random_uuid(), id, created_by, 'created' from made
  )
  select ${CAMPAIGN_COLUMNS} from made c`;

/** Keeps a new campaign as a draft; one with the same id is the same campaign, made once. Throws `store_*`. */
export async function insertCampaign(
  db: Queryable,
  campaign: NewCampaign,
): Promise<CampaignRow | undefined> {
  const { startAt, ratePerSecond, defaultCountry, createdBy, ...rest } = campaign;
  const given = {
    ...rest,
    start_at: startAt,
    rate_per_second: ratePerSecond,
    default_country: defaultCountry,
    created_by: createdBy,
  };
  const [made] = campaignRows.parse(await db.query(INSERT, [JSON.stringify(given)]));
  return made ?? findCampaign(db, campaign.id);
}

/** Finds a campaign. Throws `store_*`. */
export async function findCampaign(db: Queryable, id: string): Promise<CampaignRow | undefined> {
  const rows = await db.query(
    `select ${CAMPAIGN_COLUMNS} from campaigns c where c.id = $1::text::uuid`,
    [id],
  );
  return campaignRows.parse(rows)[0];
}

/** What a list of campaigns may be narrowed by. */
export interface CampaignFilter {
  readonly channel?: string | undefined;
  readonly state?: CampaignState | undefined;
  /** Undefined: all. */
  readonly channels: readonly string[] | undefined;
}

/** Lists campaigns, newest first. Throws `store_*`. */
export async function listCampaigns(
  db: Queryable,
  filter: CampaignFilter,
  page: Page,
): Promise<CampaignRow[]> {
  const rows = await db.query(
    `select ${CAMPAIGN_COLUMNS} from campaigns c
     where (c.created_at, c.id) < ($1::timestamptz, $2::uuid)
       and ($4::text is null or c.channel = $4::text) and ($5::text is null or c.state = $5::text)
       and ($6::text[] is null or c.channel = any($6::text[]))
     order by c.created_at desc, c.id desc limit $3::int`,
    [
      page.after.at,
      page.after.id,
      page.limit,
      filter.channel ?? null,
      filter.state ?? null,
      filter.channels ?? null,
    ],
  );
  return campaignRows.parse(rows);
}

/** What may be changed of a campaign; absent keys stay as they are, null takes a value away. */
export interface CampaignChange {
  readonly name?: string | undefined;
  readonly ratePerSecond?: number | null | undefined;
  readonly hours?: CampaignHours | null | undefined;
  readonly startAt?: string | null | undefined;
  readonly guard?: CampaignGuard | undefined;
  /** In a draft alone. */
  readonly message?: SendContent | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly language?: string | null | undefined;
  readonly category?: string | null | undefined;
}

const CHANGE = `
  with changed as (
    update campaigns c set
      name = coalesce($3::jsonb ->> 'name', c.name),
      rate_per_second = case when $3::jsonb ? 'ratePerSecond' then ($3::jsonb ->> 'ratePerSecond')::float8
        else c.rate_per_second end,
      hours = case when $3::jsonb ? 'hours' then nullif($3::jsonb -> 'hours', 'null') else c.hours end,
      start_at = case when $3::jsonb ? 'startAt' then ($3::jsonb ->> 'startAt')::timestamptz else c.start_at end,
      guard = coalesce($3::jsonb -> 'guard', c.guard),
      message = coalesce($3::jsonb -> 'message', c.message),
      "values" = coalesce($3::jsonb -> 'values', c."values"),
      language = case when $3::jsonb ? 'language' then $3::jsonb ->> 'language' else c.language end,
      category = case when $3::jsonb ? 'category' then $3::jsonb ->> 'category' else c.category end,
      updated_at = now()
    where c.id = $1::text::uuid and c.state = any($2::text[])
    returning *
  ),
  logged as (
    insert into campaign_events (id, campaign_id, actor, kind, detail)
    select gen_random_uuid(), id, $4::text, 'changed', jsonb_build_object('fields', $5::text[]) from changed
  )
  select ${CAMPAIGN_COLUMNS} from changed c`;

/** Changes a campaign that is in one of the states; undefined where there is none. Throws `store_*`. */
export async function changeCampaign(
  db: Queryable,
  id: string,
  change: CampaignChange,
  { actor, states }: { readonly actor: string; readonly states: readonly CampaignState[] },
): Promise<CampaignRow | undefined> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  const rows = await db.query(CHANGE, [
    id,
    states,
    JSON.stringify(Object.fromEntries(entries)),
    actor,
    entries.map(([key]) => key),
  ]);
  return campaignRows.parse(rows)[0];
}

/** Removes a draft with its recipients; returns whether there was one. Throws `store_*`. */
export async function deleteDraft(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query(
    "delete from campaigns where id = $1::text::uuid and state = 'draft' returning 1",
    [id],
  );
  return rows.length > 0;
}

const eventRow = z.strictObject({
  id: z.guid(),
  at: z.iso.datetime(),
  actor: z.string(),
  kind: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** One line of a campaign's log. */
export type CampaignEventRow = z.infer<typeof eventRow>;

/** Lists what happened to a campaign, newest first. Throws `store_*`. */
export async function listCampaignEvents(
  db: Queryable,
  campaignId: string,
  page: Page,
): Promise<CampaignEventRow[]> {
  const rows = await db.query(
    `select e.id::text, ${utc("e.at")}, e.actor, e.kind, e.detail from campaign_events e
     where e.campaign_id = $4::text::uuid and (e.at, e.id) < ($1::timestamptz, $2::uuid)
     order by e.at desc, e.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, campaignId],
  );
  return z.array(eventRow).parse(rows);
}

const pausedRow = z.object({ at: z.iso.datetime(), detail: z.record(z.string(), z.unknown()) });

/** Why a campaign was paused last; undefined where it never was. Throws `store_*`. */
export async function findLastPause(db: Queryable, campaignId: string) {
  const rows = await db.query(
    `select ${utcText("e.at")} as at, e.detail from campaign_events e
     where e.campaign_id = $1::text::uuid and e.kind = 'paused' order by e.at desc, e.id desc limit 1`,
    [campaignId],
  );
  return z.array(pausedRow).parse(rows)[0];
}
