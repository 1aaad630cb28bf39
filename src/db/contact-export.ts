import { z } from "zod";
import type { Queryable } from "./driver.ts";

/** Whose data, and of which channels; undefined: all. */
export interface ExportScope {
  readonly contactId: string;
  readonly channels: readonly string[] | undefined;
}

/** Conversations of the person `$1` on the channels `$4`. */
const TALKS = `select id from conversations where contact_id = $1::text::uuid
    and ($4::text[] is null or channel = any($4::text[]))`;

/**
 * Everything kept on a person, in parts: each gives rows after the key `$2`, at most `$3`. Raw webhooks are named and not
 * shown, for other people's messages may be in them.
 */
const PARTS = {
  conversations: `
    select id::text as key, to_jsonb(c) - array['lease', 'lease_until', 'wake', 'fails', 'due', 'contact_id'] as row
    from conversations c where id in (${TALKS}) and id > $2::text::uuid order by id limit $3::int`,
  messages: `
    select id::text as key, to_jsonb(m) - array['seq', 'contact_id'] || jsonb_build_object('statuses', coalesce((
      select jsonb_agg(jsonb_build_object('status', s.status, 'at', s.at) order by s.at) from message_statuses s
      where s.message_id = m.id), '[]')) as row
    from messages m where conversation_id in (${TALKS}) and id > $2::text::uuid order by id limit $3::int`,
  received: `
    select message_id::text as key, jsonb_build_object('conversation_id', conversation_id, 'message', message,
      'received_at', received_at, 'webhook_id', event_id) as row
    from inbox i where conversation_id in (${TALKS}) and message_id > $2::text::uuid order by message_id limit $3::int`,
  interactions: `
    select id::text as key, to_jsonb(x) - 'contact_id' as row
    from interactions x where conversation_id in (${TALKS}) and id > $2::text::uuid order by id limit $3::int`,
  campaigns: `
    select r.id::text as key, to_jsonb(r) - array['lease', 'lease_until', 'place', 'match_key']
      || jsonb_build_object('campaign', c.name) as row
    from campaign_recipients r join campaigns c on c.id = r.campaign_id
    where ($4::text[] is null or c.channel = any($4::text[])) and r.id > $2::text::uuid and r.id in (
      select x.id from campaign_recipients x where x.contact_id = $1::text::uuid
      union all
      select x.id from contact_identities i join campaigns y on y.channel = i.channel
        join campaign_recipients x on (x.campaign_id, x.match_key) = (y.id, i.match_key)
      where i.contact_id = $1::text::uuid)
    order by r.id limit $3::int`,
  files: `
    select f.id::text as key, to_jsonb(f) - 'storage_key' || jsonb_build_object('kept', f.storage_key is not null) as row
    from media_files f where f.id > $2::text::uuid and f.message_id in (
      select message_id from inbox where conversation_id in (${TALKS})
      union select id from messages where conversation_id in (${TALKS}))
    order by f.id limit $3::int`,
} as const;

export type ExportPart = keyof typeof PARTS;

export const EXPORT_PARTS = [
  "conversations",
  "messages",
  "received",
  "interactions",
  "campaigns",
  "files",
] as const satisfies readonly ExportPart[];

/** Rows read at a time. */
const SLICE = 500;
const FIRST = "00000000-0000-0000-0000-000000000000";

const partRows = z.array(z.object({ key: z.string(), row: z.record(z.string(), z.unknown()) }));

/** Reads one part of what is kept on a person, a page at a time. Throws `store_*`. */
export async function* readExportPart(
  db: Queryable,
  part: ExportPart,
  { contactId, channels }: ExportScope,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  for (let after = FIRST; ;) {
    const rows = partRows.parse(
      await db.query(PARTS[part], [contactId, after, SLICE, channels ?? null]),
    );
    yield rows.map(({ row }) => row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < SLICE) return;
    after = last.key;
  }
}
