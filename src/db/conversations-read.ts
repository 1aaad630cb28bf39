import { z } from "zod";
import type { Queryable } from "./driver.ts";
import {
  type ConversationFilter,
  LAST_MESSAGE,
  matchingConversations,
} from "./conversation-search.ts";
import { MESSAGE_STATUSES } from "./messages-read.ts";
import type { Page } from "./page.ts";
import { utc, utcText } from "./utc.ts";

/** Characters of the last message that a list shows. */
const SHOWN_TEXT = 200;

/** The last message of a conversation, cut. */
export const lastMessage = z.strictObject({
  id: z.guid(),
  direction: z.enum(["in", "out"]),
  status: z.enum(MESSAGE_STATUSES),
  text: z.string(),
  /** The type of the payload or of what came: `text`, `media`, `template` and so on. */
  content_type: z.string(),
  created_at: z.iso.datetime(),
});

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
  /** What the person is known by on the channel, a phone number first. */
  identity: z.string().nullable(),
  identity_kind: z.string().nullable(),
  /** From all messages of the account. */
  opted_out: z.boolean(),
  last_message: lastMessage.nullable(),
  last_backend: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  /** The database's clock, the only one that windows and pauses are measured by. */
  now: z.iso.datetime(),
});

/** One conversation, with the database's time of reading as `now`. */
export type ConversationRow = z.infer<typeof conversationRow>;

const COLUMNS = `c.id, c.channel, c.account, c.contact_id, k.name as contact_name, c.language, ${utc("c.paused_until")}, c.pause_reason,
  ${utc("c.last_inbound_at")}, ${utc("c.window_closed_at")}, person.value as identity, person.kind as identity_kind,
  exists (select from opt_outs o where (o.contact_id, o.channel, o.account) = (c.contact_id, c.channel, c.account)
    and o.scope = 'all' and o.revoked_at is null) as opted_out,
  case when last.id is not null then jsonb_build_object('id', last.id, 'direction', last.direction, 'status', last.status,
    'text', left(last.text, ${SHOWN_TEXT}), 'content_type', left(last.content_type, 50),
    'created_at', ${utcText("last.created_at")}) end as last_message,
  c.last_backend, ${utc("c.created_at")}, ${utc("c.updated_at")}, ${utc("now()", "now")}`;

/** What stands in other tables, looked up for the rows that are shown and no others. */
const JOINED = `join contacts k on k.id = c.contact_id
  left join lateral (
    select i.value, i.kind from contact_identities i where i.contact_id = c.contact_id and i.channel = c.channel
    order by i.kind = 'phone' desc, i.last_seen_at desc, i.value limit 1
  ) person on true
  left join lateral (${LAST_MESSAGE}) last on true`;

/** Lists conversations, the last changed first. Throws `store_*`. */
export async function listConversations(
  db: Queryable,
  filter: ConversationFilter,
  page: Page,
): Promise<ConversationRow[]> {
  const { sql, values } = matchingConversations(filter, 3);
  const rows = await db.query(
    `select ${COLUMNS} from (
        select * from conversations c where (c.updated_at, c.id) < ($1::timestamptz, $2::uuid)${sql}
        order by c.updated_at desc, c.id desc limit $3::int
      ) c ${JOINED} order by c.updated_at desc, c.id desc`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(conversationRow).parse(rows);
}

const FIND = `select ${COLUMNS} from conversations c ${JOINED} where c.id = $1::uuid`;

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
