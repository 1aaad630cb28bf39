import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { CONVERSATION_DATA, insertEvents } from "./outgoing-events.ts";

const PAUSE = `
  with paused as (
    update conversations set paused_until = now() + make_interval(mins => $2::int), pause_reason = 'operator',
      updated_at = now()
    where id = $1::uuid returning *
  ),
  told as (${insertEvents("'conversation.paused'", CONVERSATION_DATA, "paused c")})
  select id from paused`;

/**
 * Keeps the bridge from answering a conversation for so many minutes from now. Returns whether there is such a
 * conversation. Throws `store_*`.
 */
export async function pauseConversation(
  db: Queryable,
  id: string,
  minutes: number,
): Promise<boolean> {
  return (await db.query(PAUSE, [id, minutes])).length > 0;
}

/** What is told of a conversation in which the bot answers again, `reason` being why. */
const resumed = (reason: string, source: string): string =>
  insertEvents(
    "'conversation.resumed'",
    `(${CONVERSATION_DATA} - 'until') || jsonb_build_object('reason', ${reason}, 'paused_for', c.pause_reason)`,
    source,
  );

const RESUME = `
  with before as (select * from conversations where id = $1::uuid for update),
  resumed as (
    update conversations c set paused_until = null, pause_reason = null, updated_at = now()
    from before b where c.id = b.id returning c.id
  ),
  told as (${resumed("'operator'", "(select * from before where paused_until > now()) c")})
  select id from resumed`;

/** Lets the bridge answer again. Returns whether there is such a conversation. Throws `store_*`. */
export async function resumeConversation(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(RESUME, [id])).length > 0;
}

/** What one statement clears, so that none runs for long. */
const SLICE = 500;

/** Rows that another statement holds are left to the next look: waiting for them could become a deadlock. */
const END = `
  with ended as (
    select * from conversations where paused_until <= now()
    order by paused_until limit ${SLICE} for update skip locked
  ),
  cleared as (
    update conversations c set paused_until = null, pause_reason = null from ended e where c.id = e.id returning c.id
  ),
  told as (${resumed("'time'", "ended c")})
  select count(*)::int as ended from cleared`;

const count = z.tuple([z.object({ ended: z.number() })]);

/** Tells of the pauses whose time is over, each once however many processes look. Returns how many. Throws `store_*`. */
export async function endPauses(db: Queryable): Promise<number> {
  let ended = 0;
  for (;;) {
    const [slice] = count.parse(await db.query(END));
    ended += slice.ended;
    if (slice.ended < SLICE) return ended;
  }
}
