import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

const conversationRow = z.strictObject({
  id: z.guid(),
  channel: z.string(),
  account: z.string(),
  contact_id: z.guid(),
  contact_name: z.string().nullable(),
  language: z.string().nullable(),
  paused_until: z.iso.datetime().nullable(),
  /** Why it is paused, or was last: a closed word. */
  pause_reason: z.string().nullable(),
  last_inbound_at: z.iso.datetime().nullable(),
  window_closed_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  /** The database's clock, the only one that windows and pauses are measured by. */
  now: z.iso.datetime(),
});

/** One conversation, with the database's time of reading as `now`. */
export type ConversationRow = z.infer<typeof conversationRow>;

/** What a list of conversations may be narrowed by. */
export interface ConversationFilter {
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly account?: string | undefined;
  readonly contact_id?: string | undefined;
}

const COLUMNS = `c.id, c.channel, c.account, c.contact_id, k.name as contact_name, c.language, ${utc("c.paused_until")}, c.pause_reason,
  ${utc("c.last_inbound_at")}, ${utc("c.window_closed_at")}, ${utc("c.created_at")}, ${utc("c.updated_at")},
  ${utc("now()", "now")}`;

/** Lists conversations, the last changed first. Throws `store_*`. */
export async function listConversations(
  db: Queryable,
  filter: ConversationFilter,
  page: Page,
): Promise<ConversationRow[]> {
  const { sql, values } = narrow(
    [
      ["c.channel = ?::text", filter.channel],
      ["c.channel = any(?::text[])", filter.channels],
      ["c.account = ?::text", filter.account],
      ["c.contact_id = ?::uuid", filter.contact_id],
    ],
    3,
  );
  const rows = await db.query(
    `select ${COLUMNS} from conversations c join contacts k on k.id = c.contact_id
      where (c.updated_at, c.id) < ($1::timestamptz, $2::uuid)${sql}
      order by c.updated_at desc, c.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(conversationRow).parse(rows);
}

const FIND = `select ${COLUMNS} from conversations c join contacts k on k.id = c.contact_id where c.id = $1::uuid`;

/** Finds one conversation. Throws `store_*`. */
export async function findConversation(
  db: Queryable,
  id: string,
): Promise<ConversationRow | undefined> {
  return z.array(conversationRow).parse(await db.query(FIND, [id]))[0];
}

const pendingRow = z.strictObject({ inbound: z.int(), outbound: z.int() });

const PENDING = `select
  (select count(*)::int from inbox where conversation_id = $1::uuid and done_at is null) as inbound,
  (select count(*)::int from messages where conversation_id = $1::uuid and direction = 'out'
    and status in ('queued', 'sending', 'uncertain')) as outbound`;

/** Counts what a conversation still has to answer and to send. Throws `store_*`. */
export async function countPending(
  db: Queryable,
  id: string,
): Promise<z.infer<typeof pendingRow> | undefined> {
  return z.array(pendingRow).parse(await db.query(PENDING, [id]))[0];
}
