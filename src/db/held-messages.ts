import { z } from "zod";
import type { Database, Queryable } from "./driver.ts";
import { LOCKED } from "./lock-conversations.ts";
import { BEFORE, CHANGED, insertMessageEvents } from "./message-events.ts";

/** What one statement frees, so that none runs for long. */
const SLICE = 500;

/** The outbox of a conversation that somebody works on is looked at again: the wake counter says so. Its choices count from now on. */
const WOKEN = `
  woken as (
    update conversations c set wake = c.wake + 1,
      bulk = case when c.due is null then f.bulk else c.bulk and f.bulk end,
      menu = coalesce(f.menu, c.menu), menu_at = case when f.menu is null then c.menu_at else now() end,
      due = case when c.lease_until > now() then c.due else least(c.due, now()) end
    from (
      select conversation_id, bool_and(bulk) as bulk,
        (array_agg(menu order by seq desc) filter (where menu is not null))[1] as menu
      from freed group by conversation_id
    ) f
    where c.id = f.conversation_id
  )`;

// A message that another process has freed meanwhile is no longer held when its row is looked at again.
const FREED = `
  freed as (
    update messages m set held_for = null, held_until = null, released_at = now(), changed_at = now()
    from meant join locked on locked.id = meant.conversation_id
    where m.id = meant.id and m.held_for is not null
    returning m.conversation_id, m.bulk, m.seq, m.content -> 'menu' as menu
  )`;

const RELEASE_DUE = `
  with meant as materialized (
    select id, conversation_id from messages where held_for = 'schedule' and held_until <= now()
    order by held_until limit ${SLICE}
  ),${LOCKED},${FREED},${WOKEN}
  select count(*)::int as count from freed`;

const RELEASE_ANSWERED = `
  with meant as materialized (
    select m.id, m.conversation_id from messages m
    join conversations c on c.id = m.conversation_id
    join unnest($1::text[], $2::float8[]) as w (channel, window_ms) on w.channel = c.channel
    where m.held_for = 'window' and c.window_closed_at is null
      and c.last_inbound_at > now() - w.window_ms * interval '1 millisecond'
    limit ${SLICE}
  ),${LOCKED},${FREED},${WOKEN}
  select count(*)::int as count from freed`;

const counted = z.tuple([z.object({ count: z.int() })]);

async function repeat(look: () => Promise<number>): Promise<number> {
  let freed = 0;
  for (;;) {
    const count = await look();
    freed += count;
    if (count < SLICE) return freed;
  }
}

/** Puts messages whose time has come into their outboxes, each once however many processes look. Returns how many. Throws `store_*`. */
export function releaseDue(db: Database): Promise<number> {
  return repeat(async () => counted.parse(await db.query(RELEASE_DUE))[0].count);
}

/** How long the window of a channel stays open. */
export interface ChannelWindow {
  readonly channel: string;
  readonly windowMs: number;
}

/**
 * The same for messages that wait for a person who has written: an inbound message frees them itself, but for those that
 * were held in the same moment. Throws `store_*`.
 */
export function releaseAnswered(db: Database, windows: readonly ChannelWindow[]): Promise<number> {
  const values = [windows.map(({ channel }) => channel), windows.map(({ windowMs }) => windowMs)];
  return repeat(async () => counted.parse(await db.query(RELEASE_ANSWERED, values))[0].count);
}

const EXPIRE = `
  with meant as materialized (
    select id, conversation_id from messages where held_for = 'window' and held_until <= now()
    order by held_until limit ${SLICE}
  ),${LOCKED},
  held as materialized (
    select m.id, ${BEFORE} from messages m
    where m.id in (select id from meant) and (select count(*) from locked) > 0 and held_for = 'window'
    order by m.id for update
  ),
  expired as (
    update messages m set status = 'failed', failed_at = now(), held_for = null, held_until = null, changed_at = now(),
      error = jsonb_build_object('reason', 'channel_window_closed', 'code', '', 'title', 'the person did not write in time')
    from held l where m.id = l.id and m.held_for = 'window'
    returning ${CHANGED}
  ),
  told as (${insertMessageEvents("expired")})
  select id::text, channel from expired order by id`;

const expiredRows = z.array(z.object({ id: z.string(), channel: z.string() }));

/** Gives up messages for which the person did not write in time, some at a time. Returns them. Throws `store_*`. */
export async function expireHeld(db: Database): Promise<z.output<typeof expiredRows>> {
  return expiredRows.parse(await db.query(EXPIRE));
}

/**
 * Takes a message out of its outbox until the person writes, for no longer than `waitMs`. One that is no longer queued stays
 * as it is. Throws `store_*`.
 */
export async function holdForWindow(
  db: Database,
  messageId: string,
  waitMs: number,
): Promise<void> {
  await db.query(
    `update messages set held_for = 'window', held_until = now() + $2::float8 * interval '1 millisecond', changed_at = now()
     where id = $1::text::uuid and status = 'queued'`,
    [messageId, waitMs],
  );
}

const REPLACE = `
  with replaced as (
    update messages set payload = outside_window #> '{instead,payload}', text = outside_window #>> '{instead,text}',
      needs_window = false, content = null, notes = notes || coalesce(outside_window #> '{instead,notes}', '[]')
        || '[{"code": "window_template", "detail": "The customer-service window closed: the template is sent instead."}]',
      template_name = outside_window #>> '{instead,template,name}',
      template_language = outside_window #>> '{instead,template,language}', outside_window = null, changed_at = now()
    where id = $1::text::uuid and status = 'queued' and outside_window ? 'instead'
    returning id, payload
  ),
  parts as (
    update messages set status = 'failed', superseded = true, failed_at = now(), changed_at = now(),
      error = jsonb_build_object('reason', 'channel_window_closed', 'code', '', 'title', 'a template was sent instead')
    where part_of in (select id from replaced) and status = 'queued'
  )
  select payload from replaced`;

/**
 * Puts the template that was made ready for a closed window in the place of a message and its parts. Returns its payload;
 * undefined where the message is no longer queued. Throws `store_*`.
 */
export async function replaceByTemplate(db: Database, messageId: string): Promise<unknown> {
  const rows = await db.query(REPLACE, [messageId]);
  return rows[0]?.["payload"];
}

const CANCEL = `
  with named as materialized (
    select m.id, m.conversation_id from messages m where m.id = $1::text::uuid and m.direction = 'out'
  ),
  locked as materialized (
    select id from conversations where id in (select conversation_id from named) order by id for update
  ),
  held as materialized (
    select m.id, ${BEFORE} from messages m
    where (m.id in (select id from named) or m.part_of in (select id from named))
      and (select count(*) from locked) > 0
    order by m.id for update
  ),
  cancelled as (
    update messages m set status = 'failed', failed_at = now(), held_for = null, held_until = null, changed_at = now(),
      error = jsonb_build_object('reason', 'request_cancelled', 'code', '', 'title', 'somebody cancelled it')
    from held l
    where m.id = l.id and m.status = 'queued'
      and exists (select from held h join named using (id) where h.before = 'queued')
    returning ${CHANGED}
  ),
  told as (${insertMessageEvents("cancelled")})
  select id::text from cancelled`;

/** Cancels a message with all its parts that are still to be sent; false where it is being sent or was. Throws `store_*`. */
export async function cancelMessage(db: Queryable, messageId: string): Promise<boolean> {
  return (await db.query(CANCEL, [messageId])).length > 0;
}
