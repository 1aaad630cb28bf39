import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** A webhook that was received, without its body. */
export const eventRow = z.strictObject({
  id: z.guid(),
  channel: z.string(),
  state: z.enum(["stored", "quarantined"]),
  reason: z.string().nullable(),
  event_count: z.int(),
  body_bytes: z.int(),
  received_at: z.iso.datetime(),
  /** When an operator put it away, so that it is no dead letter any more. */
  discarded_at: z.iso.datetime().nullable(),
});

const eventBodyRow = eventRow.extend({
  headers: z.record(z.string(), z.unknown()),
  body_base64: z.base64(),
});

/** What the log of webhooks may be narrowed by; `since` is included, `until` is not. */
export interface EventFilter {
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly state?: "stored" | "quarantined" | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const COLUMNS = `id, channel, state, reason, event_count, octet_length(body) as body_bytes, ${utc("received_at")},
  ${utc("discarded_at")}`;

/** Lists the webhooks that were received, newest first. Throws `store_*`. */
export async function listEvents(
  db: Queryable,
  filter: EventFilter,
  page: Page,
): Promise<z.infer<typeof eventRow>[]> {
  const { sql, values } = narrow(
    [
      ["e.channel = ?::text", filter.channel],
      ["e.channel = any(?::text[])", filter.channels],
      ["e.state = ?::text", filter.state],
      ["e.received_at >= ?::timestamptz", filter.since],
      ["e.received_at < ?::timestamptz", filter.until],
    ],
    3,
  );
  const rows = await db.query(
    `select ${COLUMNS} from webhook_events e
      where (e.received_at, e.id) < ($1::timestamptz, $2::uuid)${sql}
      order by e.received_at desc, e.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(eventRow).parse(rows);
}

/** A webhook with its body: the first `bodyBytes` bytes as they came. */
export type EventWithBody = Omit<z.infer<typeof eventBodyRow>, "body_base64"> & {
  readonly body: Buffer;
};

// Base64, because bytea comes back as another type from each driver. PostgreSQL breaks its lines at 76 characters.
const FIND = `select ${COLUMNS}, headers,
    translate(encode(substring(body from 1 for $2::int), 'base64'), E'\\n', '') as body_base64
  from webhook_events e where id = $1::uuid`;

/** Finds one webhook with the first `bodyBytes` bytes of its body. Throws `store_*`. */
export async function findEvent(
  db: Queryable,
  id: string,
  bodyBytes: number,
): Promise<EventWithBody | undefined> {
  const row = z.array(eventBodyRow).parse(await db.query(FIND, [id, bodyBytes]))[0];
  if (row === undefined) return undefined;
  const { body_base64, ...event } = row;
  return { ...event, body: Buffer.from(body_base64, "base64") };
}
