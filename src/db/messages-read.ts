import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Order, Page } from "./page.ts";
import { utc } from "./utc.ts";

// The read models keep the names of the columns from SQL to JSON, so that no mapping between them can lose one.

/** Every state a message may show, inbound (`received`) and outbound. */
export const MESSAGE_STATUSES = [
  "received",
  "queued",
  "sending",
  "uncertain",
  "sent",
  "delivered",
  "read",
  "failed",
] as const;

/** One message of the log. `content`, `payload`, `error` and `pricing` are the stored JSON. */
export const messageRow = z.strictObject({
  id: z.guid(),
  conversation_id: z.guid(),
  contact_id: z.guid(),
  channel: z.string(),
  account: z.string(),
  direction: z.enum(["in", "out"]),
  status: z.enum(MESSAGE_STATUSES),
  external_id: z.string().nullable(),
  in_reply_to: z.guid().nullable(),
  /** The message on another channel that this one was sent instead of. */
  fallback_of: z.guid().nullable(),
  origin: z.enum(["person", "reply", "push", "fallback", "api", "campaign"]),
  text: z.string(),
  content: z.unknown(),
  payload: z.unknown(),
  notes: z.array(z.object({ code: z.string(), detail: z.string() })),
  attempt_count: z.int(),
  error: z.unknown(),
  pricing: z.unknown(),
  created_at: z.iso.datetime(),
  sending_at: z.iso.datetime().nullable(),
  uncertain_at: z.iso.datetime().nullable(),
  sent_at: z.iso.datetime().nullable(),
  delivered_at: z.iso.datetime().nullable(),
  read_at: z.iso.datetime().nullable(),
  failed_at: z.iso.datetime().nullable(),
  template_name: z.string().nullable(),
  template_language: z.string().nullable(),
  campaign_id: z.guid().nullable(),
  recipient_id: z.guid().nullable(),
  /** The caller's own name for the request it was sent with. */
  correlation_id: z.string().nullable(),
  /** The first message of the same request, where one reply became several messages. */
  part_of: z.guid().nullable(),
  /** Why it is not to be sent yet: its time has not come, or the person must write first. */
  held_for: z.enum(["schedule", "window"]).nullable(),
  held_until: z.iso.datetime().nullable(),
});

export type MessageRow = z.infer<typeof messageRow>;

/** What a list of messages may be narrowed by; `since` is included, `until` is not. */
export interface MessageFilter {
  readonly conversation_id?: string | undefined;
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly account?: string | undefined;
  readonly direction?: MessageRow["direction"] | undefined;
  readonly status?: MessageRow["status"] | undefined;
  readonly external_id?: string | undefined;
  readonly correlation_id?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Characters of text, and of content and payload as JSON, up to which a list shows them: its answers must have an end. */
const LISTED_TEXT = 10_240;
const LISTED_JSON = 16_384;

const isLong = (column: string) => `octet_length(${column}::text) > ${LISTED_JSON}`;

/** Says in the notes of a listed message what of it only the message itself shows. */
const omission = (what: string, condition: string) =>
  `case when ${condition} then jsonb_build_array(jsonb_build_object('code', '${what}_omitted',
    'detail', 'the ${what} is too long for a list: the message itself has all of it')) else '[]' end`;

const WHOLE = "text, content, payload, notes";

const LISTED = `left(text, ${LISTED_TEXT}) as text, case when ${isLong("content")} then null else content end as content,
  case when ${isLong("payload")} then null else payload end as payload,
  notes || ${omission("text", `length(text) > ${LISTED_TEXT}`)} || ${omission("content", isLong("content"))}
    || ${omission("payload", isLong("payload"))} as notes`;

const columns = (
  body: string,
) => `id, conversation_id, contact_id, channel, account, direction, status, external_id, in_reply_to, fallback_of, origin,
  ${body}, attempts as attempt_count, error, pricing, ${utc("created_at")}, ${utc("sending_at")},
  ${utc("uncertain_at")}, ${utc("sent_at")}, ${utc("delivered_at")}, ${utc("read_at")}, ${utc("failed_at")},
  template_name, template_language, campaign_id, recipient_id, correlation_id, part_of, held_for, ${utc("held_until")}`;

const COLUMNS = columns(WHOLE);

/** Lists messages both ways, those still waiting in the inbox among them, newest first where nothing is said. Throws `store_*`. */
export async function listMessages(
  db: Queryable,
  filter: MessageFilter,
  page: Page,
  order: Order = "desc",
): Promise<MessageRow[]> {
  const { sql, values } = narrow(
    [
      ["m.conversation_id = ?::uuid", filter.conversation_id],
      ["m.channel = ?::text", filter.channel],
      ["m.channel = any(?::text[])", filter.channels],
      ["m.account = ?::text", filter.account],
      ["m.direction = ?::text", filter.direction],
      ["m.external_id = ?::text", filter.external_id],
      ["m.correlation_id = ?::text", filter.correlation_id],
      ["m.created_at >= ?::timestamptz", filter.since],
      ["m.created_at < ?::timestamptz", filter.until],
    ],
    3,
  );
  // Written out: for a value that the planner does not know it cannot take the index that holds failed messages alone.
  const status = filter.status === undefined ? "" : ` and m.status = '${filter.status}'`;
  const rows = await db.query(
    `select ${columns(LISTED)} from message_log m
      where (m.created_at, m.id) ${order === "desc" ? "<" : ">"} ($1::timestamptz, $2::uuid)${status}${sql}
      order by m.created_at ${order}, m.id ${order} limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(messageRow).parse(rows);
}

/** Finds one message by our id. Throws `store_*`. */
export async function findMessage(db: Queryable, id: string): Promise<MessageRow | undefined> {
  const rows = await db.query(`select ${COLUMNS} from message_log m where id = $1::uuid`, [id]);
  return z.array(messageRow).parse(rows)[0];
}

/** Lists what was sent in answer to an inbound message, in sending order. Throws `store_*`. */
export async function listReplies(db: Queryable, inboundId: string): Promise<MessageRow[]> {
  const rows = await db.query(
    `select ${COLUMNS} from messages m where in_reply_to = $1::uuid and direction = 'out' order by seq`,
    [inboundId],
  );
  return z.array(messageRow).parse(rows);
}
