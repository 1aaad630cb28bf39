import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** What people are who hold a key. */
export const KEY_ROLES = ["viewer", "operator", "admin"] as const;

export type KeyRole = (typeof KEY_ROLES)[number];

/** A key of the API as it may be shown: of the key itself only its digest is kept. */
export const keyRow = z.strictObject({
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
  role: z.enum(KEY_ROLES).nullable(),
  scopes: z.array(z.string()),
  per_minute: z.int().nullable(),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
});

export type KeyRow = z.infer<typeof keyRow>;

const COLUMNS = `id, tenant, name, role, to_jsonb(scopes) as scopes, per_minute, ${utc("k.created_at")}, created_by, ${utc("k.expires_at")},
  ${utc("k.last_used_at")}, ${utc("k.revoked_at")}`;

/** A key to be kept; `digest` is the SHA-256 of the whole key, in hexadecimal. */
export interface NewKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly digest: string;
  /** Null where the scopes were chosen one by one. */
  readonly role: KeyRole | null;
  readonly scopes: readonly string[];
  readonly perMinute: number | null;
  readonly expiresAt: string | null;
  readonly createdBy: string;
}

/** Keeps a key; undefined where it would be over before its first use. Throws `store_*`. */
export async function insertKey(db: Queryable, key: NewKey): Promise<KeyRow | undefined> {
  const { id, tenant, name, digest, scopes, perMinute, expiresAt, createdBy, role } = key;
  const rows = await db.query(
    `insert into api_keys as k (id, tenant, name, digest, scopes, per_minute, expires_at, created_by, role)
     select $1::text, $2::text, $3::text, decode($4::text, 'hex'), $5::text[], $6::int, $7::text::timestamptz, $8::text,
       $9::text
     where coalesce($7::text::timestamptz > now(), true) returning ${COLUMNS}`,
    [id, tenant, name, digest, scopes, perMinute, expiresAt, createdBy, role],
  );
  return z.array(keyRow).parse(rows)[0];
}

const presentedRow = keyRow.extend({
  digest: z.string(),
  is_expired: z.boolean(),
  /** Whether its last use was written down long enough ago to be written again. */
  is_stale: z.boolean(),
});

/** A key that somebody presented, to be compared with what is kept. */
export type PresentedKey = z.infer<typeof presentedRow>;

const FIND = `select ${COLUMNS}, encode(digest, 'hex') as digest, coalesce(k.expires_at <= now(), false) as is_expired,
    coalesce(k.last_used_at < now() - interval '1 minute', true) as is_stale
  from api_keys k where id = $1::text`;

/** Finds a key, those that are over among them. Throws `store_*`. */
export async function findKey(db: Queryable, id: string): Promise<PresentedKey | undefined> {
  return z.array(presentedRow).parse(await db.query(FIND, [id]))[0];
}

/** Writes down that a key is used, at most once a minute however many use it at once. Throws `store_*`. */
export async function touchKey(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update api_keys set last_used_at = now()
     where id = $1::text and coalesce(last_used_at < now() - interval '1 minute', true)`,
    [id],
  );
}

/** Lists keys, the last made first; those of one tenant where one is given. Throws `store_*`. */
export async function listKeys(
  db: Queryable,
  tenant: string | undefined,
  page: Page,
): Promise<KeyRow[]> {
  const { sql, values } = narrow([["tenant = ?::text", tenant]], 3);
  const rows = await db.query(
    `select ${COLUMNS} from api_keys k where (k.created_at, k.id) < ($1::timestamptz, $2::text)${sql}
     order by k.created_at desc, k.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(keyRow).parse(rows);
}

/** Ends a key; one that is over already keeps its time. Undefined where the tenant has no such key. Throws `store_*`. */
export async function revokeKey(
  db: Queryable,
  id: string,
  tenant: string | undefined,
): Promise<KeyRow | undefined> {
  const { sql, values } = narrow([["tenant = ?::text", tenant]], 1);
  const rows = await db.query(
    `update api_keys k set revoked_at = coalesce(revoked_at, now()) where id = $1::text${sql} returning ${COLUMNS}`,
    [id, ...values],
  );
  return z.array(keyRow).parse(rows)[0];
}
