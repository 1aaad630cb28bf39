import { z } from "zod";
import type { EventType } from "../event-types.ts";
import {
  CAMPAIGN_COLUMNS,
  type CampaignRow,
  campaignRows,
  type CampaignState,
} from "./campaigns.ts";
import type { Database, Queryable } from "./driver.ts";
import { insertEvents } from "./outgoing-events.ts";

interface Step {
  readonly from: readonly CampaignState[];
  readonly to: CampaignState;
  /** The word in the campaign's log. */
  readonly kind: string;
  readonly event?: EventType;
  /** What else must be true of the campaign `c`, and what else changes of it, as SQL. */
  readonly condition?: string;
  readonly set?: string;
  /** Further steps of the statement, over the rows of `changed`. */
  readonly also?: string;
}

const HAS_OPEN =
  "exists (select from campaign_recipients r where r.campaign_id = c.id and r.state = 'open')";

/** An import that has not been heard of for two minutes has lost its process. */
const IS_IMPORTING = `exists (select from campaign_imports i where i.campaign_id = c.id and i.state = 'running'
  and i.touched_at > now() - interval '2 minutes')`;

const IS_UNSETTLED = `exists (select from messages m where m.campaign_id = c.id and not m.superseded
  and m.status in ('queued', 'sending', 'uncertain'))`;

const RUNNING =
  "started_at = coalesce(c.started_at, now()), running_since = now(), state_reason = null";

/** Messages that stayed in the outbox while the campaign was paused have nobody else to wake their conversations. */
const WAKE = `waiting as materialized (
    select c.id from conversations c
    where c.id in (select m.conversation_id from messages m join changed on changed.id = m.campaign_id
      where m.status = 'queued' and not m.superseded)
    order by c.id for update
  ),
  woken as (
    update conversations c set wake = c.wake + 1, due = case when c.lease_until > now() then c.due
      else coalesce(c.due, now()) end
    from waiting where c.id = waiting.id
  )`;

/** The ways between the states. Each is one conditional change, so that of two callers one makes it. */
const STEPS = {
  schedule: {
    from: ["draft"],
    to: "scheduled",
    kind: "scheduled",
    condition: `c.start_at > now() and ${HAS_OPEN} and not ${IS_IMPORTING}`,
  },
  start: {
    from: ["draft", "scheduled"],
    to: "running",
    kind: "started",
    event: "campaign.started",
    condition: `coalesce(c.start_at, now()) <= now() and ${HAS_OPEN} and not ${IS_IMPORTING}`,
    set: RUNNING,
  },
  startDue: {
    from: ["scheduled"],
    to: "running",
    kind: "started",
    event: "campaign.started",
    condition: `coalesce(c.start_at, now()) <= now() and not ${IS_IMPORTING}`,
    set: RUNNING,
  },
  pause: {
    from: ["running", "scheduled"],
    to: "paused",
    kind: "paused",
    event: "campaign.paused",
    set: "paused_at = now(), state_reason = $5::jsonb ->> 'reason'",
  },
  resume: {
    from: ["paused"],
    to: "running",
    kind: "resumed",
    event: "campaign.resumed",
    set: RUNNING,
    also: WAKE,
  },
  /** Paused before its time came: it waits for it again. */
  reschedule: {
    from: ["paused"],
    to: "scheduled",
    kind: "scheduled",
    condition: "c.started_at is null and c.start_at > now()",
    set: "state_reason = null",
  },
  cancel: {
    from: ["draft", "scheduled", "running", "paused"],
    to: "cancelled",
    kind: "cancelled",
    event: "campaign.cancelled",
    set: "finished_at = now(), state_reason = null",
  },
  finish: {
    from: ["running"],
    to: "done",
    kind: "finished",
    event: "campaign.finished",
    condition: `not ${HAS_OPEN} and not ${IS_UNSETTLED} and not ${IS_IMPORTING}`,
    set: "finished_at = now(), state_reason = null",
  },
} as const satisfies Record<string, Step>;

export type CampaignStep = keyof typeof STEPS;

const EVENT_DATA = `jsonb_strip_nulls(jsonb_build_object('campaign_id', c.id, 'name', c.name, 'channel', c.channel,
  'state', c.state, 'reason', c.state_reason))`;

function sqlOf({ condition, set, event, also }: Step): string {
  const told =
    event === undefined ? "" : `, told as (${insertEvents(`'${event}'`, EVENT_DATA, "changed c")})`;
  const further = also === undefined ? "" : `, ${also}`;
  return `
    with changed as (
      update campaigns c set state = $3::text, updated_at = now()${set === undefined ? "" : `, ${set}`}
      where c.id = $1::text::uuid and c.state = any($2::text[])${condition === undefined ? "" : ` and ${condition}`}
      returning *
    ),
    logged as (
      insert into campaign_events (id, campaign_id, actor, kind, detail)
      select gen_random_uuid(), id, $4::text, $6::text, $5::jsonb from changed
    )${told}${further}
    select ${CAMPAIGN_COLUMNS} from changed c`;
}

export interface StepReason {
  readonly actor: string;
  /** For the log; `reason` is a closed word. Nothing personal. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Takes a campaign one step on, with its line in the log and its event. Undefined where it is not in a state the step
 * begins with, or what the step asks for is not so. Throws `store_*`.
 */
export async function changeState(
  db: Queryable,
  id: string,
  step: CampaignStep,
  { actor, detail = {} }: StepReason,
): Promise<CampaignRow | undefined> {
  const definition: Step = STEPS[step];
  const { from, to, kind } = definition;
  const values = [id, from, to, actor, JSON.stringify(detail), kind];
  return campaignRows.parse(await db.query(sqlOf(definition), values))[0];
}

/**
 * Ends a campaign that has nothing left to do. The lock keeps recipients from being added between the look and the
 * change: whoever adds some holds the campaign's row. Returns whether it ended. Throws `store_*`.
 */
export async function finishCampaign(db: Database, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.query("select 1 from campaigns where id = $1::text::uuid for update", [id]);
    return (await changeState(tx, id, "finish", { actor: "bridge" })) !== undefined;
  });
}

/** Lets a paused campaign go on, or wait for its time again; undefined where it is not paused. Throws `store_*`. */
export async function resumeCampaign(
  db: Queryable,
  id: string,
  reason: StepReason,
): Promise<CampaignRow | undefined> {
  const waiting = await changeState(db, id, "reschedule", reason);
  return waiting ?? changeState(db, id, "resume", reason);
}

const startableRow = z.tuple([z.object({ has_open: z.boolean(), is_importing: z.boolean() })]);

/** Why a campaign cannot begin, where that is not its state. Throws `store_*`. */
export async function readStartable(db: Queryable, id: string) {
  const rows = await db.query(
    `select ${HAS_OPEN} as has_open, ${IS_IMPORTING} as is_importing from campaigns c where c.id = $1::text::uuid`,
    [id],
  );
  const [{ has_open: hasOpen, is_importing: isImporting }] = startableRow.parse(rows);
  return { hasOpen, isImporting };
}

/** Campaigns of some channels in a state, oldest first; of those scheduled the ones whose time has come. Throws `store_*`. */
export async function listInState(
  db: Queryable,
  state: "scheduled" | "running" | "paused",
  channels: readonly string[],
): Promise<readonly CampaignRow[]> {
  const rows = await db.query(
    `select ${CAMPAIGN_COLUMNS} from campaigns c
     where c.state = $1::text and c.channel = any($2::text[]) and (c.state <> 'scheduled' or coalesce(c.start_at, now()) <= now())
     order by c.started_at, c.created_at, c.id`,
    [state, channels],
  );
  return campaignRows.parse(rows);
}
