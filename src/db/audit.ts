import { randomUUIDv7 } from "node:crypto";
import type { Queryable } from "./driver.ts";

/** Something that somebody did to the bridge and that must be possible to look up later. */
export interface AuditEntry {
  /** Who: `admin`, `contact`... */
  readonly actor: string;
  /** What, as a short word. */
  readonly action: string;
  /** To what: the name or id of the thing. */
  readonly subject: string;
  /** Without secrets and without personal data that the subject does not need. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes one row of the audit log. Throws `store_*`. */
export async function recordAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, action, subject, detail } = entry;
  await db.query(
    `insert into audit_log (id, actor, action, subject, detail)
     values ($1::text::uuid, $2::text, $3::text, $4::text, $5::text::jsonb)`,
    [randomUUIDv7(), actor, action, subject, JSON.stringify(detail)],
  );
}
