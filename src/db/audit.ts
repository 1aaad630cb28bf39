import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** Something that somebody did to the bridge and that must be possible to look up later. */
export interface AuditEntry {
  /** Who: `admin`, `key:` and a key's id, `contact`... */
  readonly actor: string;
  /** On whose behalf; absent where the actor stands above the tenants. */
  readonly tenant?: string | undefined;
  /** What, as a short word. */
  readonly action: string;
  /** To what: the name or id of the thing. */
  readonly subject: string;
  /** Without secrets and without personal data that the subject does not need. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes one row of the audit log. Throws `store_*`. */
export async function recordAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, tenant, action, subject, detail } = entry;
  await db.query(
    `insert into audit_log (id, actor, tenant, action, subject, detail)
     values ($1::text::uuid, $2::text, $3::text, $4::text, $5::text, $6::text::jsonb)`,
    [randomUUIDv7(), actor, tenant ?? null, action, subject, JSON.stringify(detail)],
  );
}

/** One row of the audit log. */
export const auditRow = z.strictObject({
  id: z.guid(),
  at: z.iso.datetime(),
  actor: z.string(),
  tenant: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** What the audit log may be narrowed by; `since` is included, `until` is not. */
export interface AuditFilter {
  readonly tenant?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Lists the audit log, newest first. Throws `store_*`. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
  page: Page,
): Promise<z.infer<typeof auditRow>[]> {
  const { sql, values } = narrow(
    [
      ["a.tenant = ?::text", filter.tenant],
      ["a.actor = ?::text", filter.actor],
      ["a.action = ?::text", filter.action],
      ["a.subject = ?::text", filter.subject],
      ["a.at >= ?::timestamptz", filter.since],
      ["a.at < ?::timestamptz", filter.until],
    ],
    3,
  );
  const rows = await db.query(
    `select id, ${utc("a.at")}, actor, tenant, action, subject, detail from audit_log a
      where (a.at, a.id) < ($1::timestamptz, $2::uuid)${sql}
      order by a.at desc, a.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return z.array(auditRow).parse(rows);
}
