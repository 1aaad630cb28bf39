import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { wakeConversations } from "./mailbox.ts";

/** Rows taken back in one statement, so that none runs for long. */
const SLICE = 2_000;

/**
 * Takes messages of campaigns that are paused or cancelled out of the outbox again: their recipients are open, as before, or
 * skipped. A message that somebody is about to mark as being sent is locked and passed over; it is sent, or found here at
 * the next look. Of a message in parts only the first counts: a person gets all of it or nothing. One that the provider
 * took before, or may have taken, is not started anew: it has failed, or is uncertain for good.
 */
const WITHDRAW = `
  with halted as (
    select id, state from campaigns
    where state = 'paused' or (state = 'cancelled' and updated_at > now() - interval '1 day')
  ),
  found as materialized (
    select m.id, m.conversation_id, m.round > 0 or m.uncertain_at is not null as was_taken, m.uncertain_at, h.state from messages m join halted h on h.id = m.campaign_id
    where m.status = 'queued' and m.origin = 'campaign' and m.part_of is null and not m.superseded
    limit ${SLICE} for update of m skip locked
  ),
  ended as (
    update messages m set status = 'failed', failed_at = now(), changed_at = now(),
      error = case when f.state = 'cancelled'
        then jsonb_build_object('code', '', 'title', 'the campaign was cancelled', 'reason', 'campaign_cancelled')
        when f.uncertain_at is not null
          then jsonb_build_object('code', '', 'title', 'the campaign was paused', 'reason', 'channel_uncertain')
        else m.error end
    from found f where m.id = f.id and f.was_taken
  ),
  parts as (
    delete from messages m using found f where m.part_of = f.id and not f.was_taken and m.status = 'queued'
  ),
  attempts as (
    delete from send_attempts a using found f where a.message_id = f.id and not f.was_taken
  ),
  gone as (
    delete from messages m using found f where m.id = f.id and not f.was_taken
    returning m.id, m.recipient_id, f.state
  ),
  freed as (
    update campaign_recipients r set
      state = case when g.state = 'cancelled' then 'skipped' else 'open' end,
      skip_reason = case when g.state = 'cancelled' then 'campaign_cancelled' end,
      skipped_at = case when g.state = 'cancelled' then now() end,
      message_id = null, released_at = null, lease = null, lease_until = null
    from gone g where r.id = g.recipient_id and r.message_id = g.id and r.state = 'released'
  )
  select conversation_id::text as id from found`;

const SKIP_OPEN = `
  with waiting as (
    select r.id from campaign_recipients r join campaigns c on c.id = r.campaign_id
    where c.state = 'cancelled' and c.updated_at > now() - interval '1 day' and r.state = 'open'
    limit ${SLICE} for update of r skip locked
  )
  update campaign_recipients r set state = 'skipped', skip_reason = 'campaign_cancelled', skipped_at = now(),
    lease = null, lease_until = null
  from waiting where r.id = waiting.id returning r.id::text`;

const idRows = z.array(z.object({ id: z.string() }));

async function inSlices(
  db: Queryable,
  text: string,
  onSlice: (ids: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  let total = 0;
  for (;;) {
    const ids = idRows.parse(await db.query(text)).map(({ id }) => id);
    if (ids.length > 0) await onSlice(ids);
    total += ids.length;
    if (ids.length < SLICE) return total;
  }
}

/**
 * Takes back what paused and cancelled campaigns have in the outbox; returns how many messages. Conversations that waited
 * to try again have nothing to wait for: a message that comes back later must not wait in its predecessor's place. Throws
 * `store_*`.
 */
export function withdrawHalted(db: Queryable): Promise<number> {
  return inSlices(db, WITHDRAW, (ids) => wakeConversations(db, ids));
}

/** Leaves out for good who is still open in a cancelled campaign; returns how many. Throws `store_*`. */
export function skipCancelled(db: Queryable): Promise<number> {
  return inSlices(db, SKIP_OPEN);
}
