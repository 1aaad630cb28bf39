import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** One turn: what was asked, who answered and how long it took. */
export const interactionRow = z.strictObject({
  id: z.guid(),
  conversation_id: z.guid(),
  contact_id: z.guid(),
  channel: z.string(),
  account: z.string(),
  message_id: z.guid(),
  message_text: z.string(),
  intent_detected: z.string().nullable(),
  confidence: z.number().nullable(),
  template_used: z.string().nullable(),
  response_text: z.string().nullable(),
  response_id: z.guid().nullable(),
  parameters_used: z.unknown(),
  fallback_used: z.boolean(),
  backend: z.string().nullable(),
  backend_chain: z.array(
    z.looseObject({ backend: z.string(), outcome: z.string(), ms: z.number() }),
  ),
  language: z.string().nullable(),
  processing_time_ms: z.int(),
  success: z.boolean(),
  error_message: z.string().nullable(),
  context_data: z.unknown(),
  model: z.string().nullable(),
  tokens_in: z.int().nullable(),
  tokens_out: z.int().nullable(),
  cost: z.number().nullable(),
  provider_request_id: z.string().nullable(),
  shadow: z.unknown(),
  /** What the bot said, before any channel changed it; null where it was not asked, or said more than 64 kB. */
  replies: z.array(z.unknown()).nullable(),
  created_at: z.iso.datetime(),
});

export type InteractionRow = z.infer<typeof interactionRow>;

/** What the interaction log may be narrowed by; `since` is included, `until` is not. */
export interface InteractionFilter {
  readonly conversation_id?: string | undefined;
  readonly message_id?: string | undefined;
  readonly channel?: string | undefined;
  /** The channels that the asker may know of; undefined: all. */
  readonly channels?: readonly string[] | undefined;
  readonly account?: string | undefined;
  readonly backend?: string | undefined;
  readonly success?: boolean | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const COLUMNS = `id, conversation_id, contact_id, channel, account, message_id, message_text, intent_detected,
  confidence, template_used, response_text, response_id, parameters_used, fallback_used, backend, backend_chain,
  language, processing_time_ms, success, error_message, context_data, model, tokens_in, tokens_out, cost,
  provider_request_id, shadow, replies, ${utc("created_at")}`;

/** Lists turns, newest first. Throws `store_*`. */
export async function listInteractions(
  db: Queryable,
  filter: InteractionFilter,
  page: Page,
): Promise<InteractionRow[]> {
  const { sql, values } = narrow(
    [
      ["i.conversation_id = ?::uuid", filter.conversation_id],
      ["i.message_id = ?::uuid", filter.message_id],
      ["i.channel = ?::text", filter.channel],
      ["i.channel = any(?::text[])", filter.channels],
      ["i.account = ?::text", filter.account],
      ["i.backend = ?::text", filter.backend],
      ["i.success = ?::boolean", filter.success],
      ["i.created_at >= ?::timestamptz", filter.since],
      ["i.created_at < ?::timestamptz", filter.until],
    ],
    3,
  );
  const rows = await db.query(
    `select ${COLUMNS} from interactions i
      where (i.created_at, i.id) < ($1::timestamptz, $2::uuid)${sql}
      order by i.created_at desc, i.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(interactionRow).parse(rows);
}
