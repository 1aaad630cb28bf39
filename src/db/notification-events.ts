import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

export const EVENT_OUTCOMES = ["queued", "skipped", "refused"] as const;

/** What one rule made of one event. No text quotes the event. */
export interface NotificationEvent {
  /** The name of the rule; "" where none was found. */
  readonly rule: string;
  /** Our channel; undefined where no rule was found. */
  readonly channel?: string | undefined;
  readonly messageId?: string | undefined;
  readonly outcome: (typeof EVENT_OUTCOMES)[number];
  readonly detail?: string | undefined;
  /** What the publisher calls the event, as this rule reads it. */
  readonly eventId: string;
}

const knownRows = z.array(z.object({ event_id: z.string(), rule: z.string() }));

/** One text for an event and a rule. */
export const eventKey = (eventId: string, rule: string): string => JSON.stringify([eventId, rule]);

/** The keys of those events and rules that are settled: told, or known to be for nobody. Throws `store_*`. */
export async function findSettled(
  db: Queryable,
  source: string,
  events: readonly Pick<NotificationEvent, "eventId" | "rule">[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query(
    `select n.event_id, n.rule from notification_events n
       join unnest($2::text[], $3::text[]) as asked (event_id, rule) using (event_id, rule)
     where n.source = $1::text and n.outcome <> 'refused'`,
    [source, events.map(({ eventId }) => eventId), events.map(({ rule }) => rule)],
  );
  return new Set(knownRows.parse(rows).map(({ event_id: id, rule }) => eventKey(id, rule)));
}

/** In order of the key, so that two deliveries of one event wait for each other and not in a circle. */
const RECORD = `
  insert into notification_events (id, source, event_id, rule, type, channel, message_id, outcome, detail)
  select id, $1::text, event_id, rule, $2::text, channel, message_id, outcome, detail
  from jsonb_to_recordset($3::text::jsonb)
    as e (id uuid, event_id text, rule text, channel text, message_id uuid, outcome text, detail text)
  order by event_id, rule
  on conflict (source, event_id, rule) do update set type = excluded.type, channel = excluded.channel,
    message_id = excluded.message_id, outcome = excluded.outcome, detail = excluded.detail, received_at = now()
  where notification_events.outcome = 'refused'
  returning event_id, rule`;

/**
 * Records what rules made of an event. Returns the keys of those that were not settled before: what follows from them is to
 * be done in the same transaction. Throws `store_*`.
 */
export async function recordEvents(
  db: Queryable,
  origin: { readonly source: string; readonly type: string },
  events: readonly NotificationEvent[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const rows = events.map(({ eventId, rule, channel, messageId, outcome, detail }) => ({
    id: randomUUIDv7(),
    event_id: eventId,
    rule,
    channel: channel ?? null,
    message_id: messageId ?? null,
    outcome,
    detail: detail ?? null,
  }));
  const recorded = await db.query(RECORD, [origin.source, origin.type, JSON.stringify(rows)]);
  return new Set(knownRows.parse(recorded).map(({ event_id: id, rule }) => eventKey(id, rule)));
}

/** An event as the API shows it. */
export const notificationEventRow = z.strictObject({
  id: z.guid(),
  source: z.string(),
  event_id: z.string(),
  rule: z.string(),
  type: z.string(),
  channel: z.string().nullable(),
  message_id: z.guid().nullable(),
  outcome: z.enum(EVENT_OUTCOMES),
  detail: z.string().nullable(),
  received_at: z.iso.datetime(),
});

/** What the list may be narrowed by. */
export interface NotificationEventFilter {
  readonly outcome?: (typeof EVENT_OUTCOMES)[number] | undefined;
  readonly rule?: string | undefined;
  readonly type?: string | undefined;
  readonly eventId?: string | undefined;
  /** Undefined: events of all channels, and those that no rule was found for. */
  readonly channels?: readonly string[] | undefined;
}

/** Lists events, newest first. Throws `store_*`. */
export async function listNotificationEvents(
  db: Queryable,
  { outcome, rule, type, eventId, channels }: NotificationEventFilter,
  page: Page,
): Promise<z.output<typeof notificationEventRow>[]> {
  const { sql, values } = narrow(
    [
      ["n.outcome = ?::text", outcome],
      ["n.rule = ?::text", rule],
      ["n.type = ?::text", type],
      ["n.event_id = ?::text", eventId],
      ["n.channel = any(?::text[])", channels],
    ],
    3,
  );
  const rows = await db.query(
    `select n.id, n.source, n.event_id, n.rule, n.type, n.channel, n.message_id, n.outcome, n.detail,
       ${utc("n.received_at")}
     from notification_events n
     where (n.received_at, n.id) < ($1::timestamptz, $2::uuid)${sql}
     order by n.received_at desc, n.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(notificationEventRow).parse(rows);
}
