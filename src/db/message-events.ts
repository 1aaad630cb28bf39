import { insertEvents } from "./outgoing-events.ts";
import { utcText } from "./utc.ts";

/** What a statement must know of a message `m` as it was, from the CTE that locks it, to tell what is news. */
export const BEFORE = `status as before, sent_at as sent_before, delivered_at as delivered_before, read_at as read_before`;

/** The same, handed on by the CTE that changes the message, beside what the event says; `l` is the locking CTE. */
export const CHANGED = `m.id, m.conversation_id, m.contact_id, m.channel, m.account, m.external_id, m.status, m.sent_at,
  m.delivered_at, m.read_at, m.failed_at, m.error, m.correlation_id, m.campaign_id, m.part_of,
  m.fallback_of, l.before, l.sent_before, l.delivered_before, l.read_before`;

/** Of an error only its code and the provider's: the provider's words may name a person. */
const DATA = `jsonb_strip_nulls(jsonb_build_object('message_id', c.id, 'conversation_id', c.conversation_id,
  'contact_id', c.contact_id, 'channel', c.channel, 'account', c.account, 'external_id', c.external_id, 'status', e.word,
  'at', ${utcText("e.at")}, 'error', case when e.word in ('failed', 'uncertain') then jsonb_build_object(
    'reason', coalesce(c.error ->> 'reason', 'reported'), 'code', nullif(c.error ->> 'code', '')) end,
  'correlation_id', c.correlation_id, 'campaign_id', c.campaign_id, 'part_of', c.part_of,
  'fallback_of', c.fallback_of))`;

/**
 * Writes the SQL that tells of messages that went on, for use inside the statement that changes them. `source` is a CTE of
 * `CHANGED` rows. Each time that a message has for the first time is one event, in whatever order they become known; it
 * has failed or is uncertain when that is what it has become.
 */
export function insertMessageEvents(source: string): string {
  return insertEvents(
    "e.type",
    DATA,
    `${source} c cross join lateral (
      select 'message.' || word as type, word, at from (values
        ('sent', c.sent_at, c.sent_before is null and c.sent_at is not null),
        ('delivered', c.delivered_at, c.delivered_before is null and c.delivered_at is not null),
        ('read', c.read_at, c.read_before is null and c.read_at is not null),
        ('failed', coalesce(c.failed_at, now()), c.status = 'failed' and c.before <> 'failed'),
        ('uncertain', now(), c.status = 'uncertain' and c.before <> 'uncertain')
      ) as v (word, at, is_news) where is_news) e`,
  );
}
