import { z } from "zod";
import type { MissingReason, StoredFile } from "../messages.ts";
import type { Database, Queryable } from "./driver.ts";
import type { Lease } from "./mailbox.ts";

/** The message a file belongs to, with the claim under which it is worked on. */
export interface FileOwner extends Lease {
  readonly inboxId: string;
  readonly messageId: string;
  readonly channel: string;
  readonly account: string;
}

/** What is known of a file before it is kept. */
export interface FileFacts extends Omit<StoredFile, "id"> {
  readonly fileName: string | null;
}

/** A file as links speak of it. */
export interface FileRow {
  readonly id: string;
  /** Null once the bytes were deleted. */
  readonly storageKey: string | null;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly fileName: string | null;
}

const HELD = "c.lease = $2::bigint and c.lease_until > now()";

/**
 * Writes down that a message's file is about to be kept, so that no bytes are ever without a row that leads to their
 * deletion. A later try takes the same row and thereby the same place. Returns the file's id, or undefined where the
 * conversation is no longer ours.
 */
export async function announceFile(
  db: Database,
  owner: FileOwner,
  file: FileFacts & { readonly id: string; readonly storageKey: string },
): Promise<{ readonly id: string; readonly storageKey: string } | undefined> {
  const rows = await db.query(
    `insert into media_files (id, channel, account, message_id, storage_key, mime_type, size_bytes, sha256, file_name)
     select $3::text::uuid, $4::text, $5::text, $6::text::uuid, $7::text, $8::text, $9::bigint, $10::text, $11::text
     from conversations c where c.id = $1::text::uuid and ${HELD}
     on conflict (message_id) do update set
       storage_key = coalesce(media_files.storage_key, excluded.storage_key), mime_type = excluded.mime_type,
       size_bytes = excluded.size_bytes, sha256 = excluded.sha256, file_name = excluded.file_name
     returning id::text, storage_key as "storageKey"`,
    [
      owner.conversationId,
      owner.lease,
      file.id,
      owner.channel,
      owner.account,
      owner.messageId,
      file.storageKey,
      file.mimeType,
      file.sizeBytes,
      file.sha256,
      file.fileName,
    ],
  );
  return z.array(z.object({ id: z.string(), storageKey: z.string() })).parse(rows)[0];
}

/**
 * Notes in a waiting message what became of its file: from then on it is not fetched again. Returns false where the
 * message or its conversation is no longer ours.
 */
export async function settleFile(
  db: Database,
  owner: FileOwner,
  file: StoredFile | { readonly missing: MissingReason },
): Promise<boolean> {
  const rows = await db.query(
    `update inbox i set message = jsonb_set(i.message, '{content,file}', $4::text::jsonb)
     from conversations c
     where c.id = $1::text::uuid and ${HELD} and i.id = $3::bigint and i.conversation_id = c.id and i.done_at is null
     returning 1`,
    [owner.conversationId, owner.lease, owner.inboxId, JSON.stringify(file)],
  );
  return rows.length > 0;
}

/** Reads the webhook that brought a waiting message; undefined where it is no longer kept. */
export async function readWebhookOf(db: Database, inboxId: string): Promise<Buffer | undefined> {
  const rows = await db.query(
    `select translate(encode(e.body, 'base64'), E'\\n', '') as body
     from inbox i join webhook_events e on e.id = i.event_id where i.id = $1::bigint`,
    [inboxId],
  );
  const [row] = z.array(z.object({ body: z.string() })).parse(rows);
  return row && Buffer.from(row.body, "base64");
}

const fileRows = z.array(
  z.object({
    id: z.string(),
    storageKey: z.string().nullable(),
    mimeType: z.string(),
    sizeBytes: z.number(),
    fileName: z.string().nullable(),
  }),
);

/** Finds a file by an id that is a UUID. */
export async function findFile(db: Queryable, id: string): Promise<FileRow | undefined> {
  const rows = await db.query(
    `select id::text, storage_key as "storageKey", mime_type as "mimeType", size_bytes::float8 as "sizeBytes", file_name as "fileName"
     from media_files where id = $1::text::uuid`,
    [id],
  );
  return fileRows.parse(rows)[0];
}

/** A file whose time is over. */
export interface ExpiredFile {
  readonly id: string;
  readonly storageKey: string;
}

/** Lists kept files older than `days`, by id after `afterId`. */
export async function listExpiredFiles(
  db: Database,
  days: number,
  afterId: string,
  limit: number,
): Promise<readonly ExpiredFile[]> {
  const rows = await db.query(
    `select id::text, storage_key as "storageKey" from media_files
     where storage_key is not null and created_at < now() - $1::int * interval '1 day' and id > $2::text::uuid
     order by id limit $3::int`,
    [days, afterId, limit],
  );
  return z.array(z.object({ id: z.string(), storageKey: z.string() })).parse(rows);
}

/** Notes that the bytes of files are gone. The person's name for a file goes with them. */
export async function markFilesDeleted(db: Database, ids: readonly string[]): Promise<void> {
  await db.query(
    "update media_files set storage_key = null, file_name = null where id = any($1::text[]::uuid[])",
    [ids],
  );
}

/** Forgets files whose bytes are gone and whose messages are past their time too; returns how many. */
export async function forgetFiles(db: Database, days: number, limit: number): Promise<number> {
  const rows = await db.query(
    `delete from media_files where id in (
       select id from media_files where storage_key is null and created_at < now() - $1::int * interval '1 day' limit $2::int
     ) returning 1`,
    [days, limit],
  );
  return rows.length;
}
