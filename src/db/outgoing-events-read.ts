import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

export const EVENT_STATES = ["pending", "delivered", "dead"] as const;

/** An event on its way to one receiver, or at the end of it. */
export const outgoingEventRow = z.strictObject({
  id: z.guid(),
  endpoint: z.string(),
  type: z.string(),
  payload: z.unknown(),
  state: z.enum(EVENT_STATES),
  attempts: z.int(),
  due: z.iso.datetime(),
  last_error: z.string().nullable(),
  created_at: z.iso.datetime(),
  done_at: z.iso.datetime().nullable(),
  dead_at: z.iso.datetime().nullable(),
});

export type OutgoingEvent = z.infer<typeof outgoingEventRow>;

/** What a list of outgoing events may be narrowed by. */
export interface OutgoingEventFilter {
  readonly state?: (typeof EVENT_STATES)[number] | undefined;
  readonly endpoint?: string | undefined;
  readonly type?: string | undefined;
}

const STATE = `case when e.done_at is not null then 'delivered' when e.dead_at is not null then 'dead' else 'pending' end`;

const COLUMNS = `e.id, e.endpoint, e.type, e.payload, ${STATE} as state, e.attempts, ${utc("e.due")}, e.last_error,
  ${utc("e.created_at")}, ${utc("e.done_at")}, ${utc("e.dead_at")}`;

/** Lists outgoing events, newest first. Throws `store_*`. */
export async function listOutgoingEvents(
  db: Queryable,
  filter: OutgoingEventFilter,
  page: Page,
): Promise<OutgoingEvent[]> {
  const { sql, values } = narrow(
    [
      [`${STATE} = ?::text`, filter.state],
      ["e.endpoint = ?::text", filter.endpoint],
      ["e.type = ?::text", filter.type],
    ],
    3,
  );
  const rows = await db.query(
    `select ${COLUMNS} from outgoing_events e
      where (e.created_at, e.id) < ($1::timestamptz, $2::uuid)${sql}
      order by e.created_at desc, e.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(outgoingEventRow).parse(rows);
}

/**
 * Sends an event once more from the first try on, whether it arrived or was given up; its id stays, so that a receiver which
 * has it can tell. Undefined where there is none. Throws `store_*`.
 */
export async function replayOutgoingEvent(
  db: Queryable,
  id: string,
): Promise<OutgoingEvent | undefined> {
  const rows = await db.query(
    `update outgoing_events e set done_at = null, dead_at = null, attempts = 0, due = now()
      where id = $1::uuid returning ${COLUMNS}`,
    [id],
  );
  return z.array(outgoingEventRow).parse(rows)[0];
}
