import { randomUUIDv7 } from "node:crypto";
import type { Database } from "./driver.ts";

export interface ConsentChange {
  readonly contactId: string;
  readonly channel: string;
  readonly account: string;
  readonly scope: "all" | "marketing";
  /** How the person said so: `command`, `provider_setting`, `provider_error`. */
  readonly method: string;
}

const AUDIT = `insert into audit_log (id, actor, action, subject, detail)
  select $6::text::uuid, 'contact', $7::text, $1::text,
    jsonb_build_object('channel', $2::text, 'account', $3::text, 'scope', $4::text, 'method', $5::text)
  where exists (select from changed)`;

function values(change: ConsentChange) {
  const { contactId, channel, account, scope, method } = change;
  return [contactId, channel, account, scope, method, randomUUIDv7()];
}

/** Records that a person wants no messages of a scope from an account; saying it twice changes nothing. */
export async function optOut(db: Database, change: ConsentChange): Promise<void> {
  await db.query(
    `with changed as (
       insert into opt_outs (id, contact_id, channel, account, scope, method)
       values ($6::text::uuid, $1::text::uuid, $2::text, $3::text, $4::text, $5::text)
       on conflict (contact_id, channel, account, scope) where revoked_at is null do nothing
       returning id
     ) ${AUDIT}`,
    [...values(change), "opt_out"],
  );
}

/** Ends an opt-out, keeping when and how it was given and taken back. */
export async function optIn(db: Database, change: ConsentChange): Promise<void> {
  await db.query(
    `with changed as (
       update opt_outs set revoked_at = now(), revoked_method = $5::text
       where contact_id = $1::text::uuid and revoked_at is null
         and (channel, account, scope) = ($2::text, $3::text, $4::text)
       returning id
     ) ${AUDIT}`,
    [...values(change), "opt_in"],
  );
}
