import { randomUUIDv7 } from "node:crypto";
import type { EventType } from "../event-types.ts";
import type { Queryable } from "./driver.ts";
import { insertEvents } from "./outgoing-events.ts";

export interface ConsentChange {
  readonly contactId: string;
  readonly channel: string;
  readonly account: string;
  readonly scope: "all" | "marketing";
  /** How the person said so: `command`, `provider_setting`, `provider_error`; `api` where an operator did. */
  readonly method: string;
  /** Who said so; the person where absent. */
  readonly actor?: string;
  /** On whose behalf, where it was an operator of a tenant. */
  readonly tenant?: string;
  /** The operator's own words, for the audit log. */
  readonly reason?: string;
  /** When the person said so, ISO 8601, where that may be told late or twice: a later word is not undone by an earlier one. */
  readonly at?: string;
}

/** The provider's time, which is compared with other times of the provider; never one that is still to come. */
const SAID_AT = "least($8::text::timestamptz, now())";

const FACTS = `jsonb_build_object('channel', $2::text, 'account', $3::text, 'scope', $4::text, 'method', $5::text)`;

/** What follows a change that was one: the audit log, and whoever wants to be told. */
const TELL = `told as (
    ${insertEvents("$9::text", `jsonb_build_object('contact_id', $1::text) || ${FACTS}`, "changed")}
  )
  insert into audit_log (id, actor, tenant, action, subject, detail)
  select $6::text::uuid, $10::text, $12::text, $7::text, $1::text,
    ${FACTS} || jsonb_strip_nulls(jsonb_build_object('reason', $11::text))
  where exists (select from changed)`;

function consentValues(change: ConsentChange, action: "opt_out" | "opt_in") {
  const { contactId, channel, account, scope, method, at, actor = "contact" } = change;
  const { reason, tenant } = change;
  const event: EventType = action === "opt_out" ? "contact.opted_out" : "contact.opted_in";
  const facts = [contactId, channel, account, scope, method];
  return [
    ...facts,
    randomUUIDv7(),
    action,
    at ?? null,
    event,
    actor,
    reason ?? null,
    tenant ?? null,
  ];
}

/** Records that a person wants no messages of a scope from an account; saying it twice changes nothing. */
export async function optOut(db: Queryable, change: ConsentChange): Promise<void> {
  await db.query(
    `with changed as (
       insert into opt_outs (id, contact_id, channel, account, scope, method, created_at)
       select $6::text::uuid, $1::text::uuid, $2::text, $3::text, $4::text, $5::text, ${SAID_AT}
       where not exists (select from opt_outs o where o.contact_id = $1::text::uuid
         and (o.channel, o.account, o.scope) = ($2::text, $3::text, $4::text) and o.revoked_at > $8::text::timestamptz)
       on conflict (contact_id, channel, account, scope) where revoked_at is null do nothing
       returning id
     ), ${TELL}`,
    consentValues(change, "opt_out"),
  );
}

/** Whether a person wants no messages from an account at all, or no promotions where the message is one. */
export async function isOptedOut(
  db: Queryable,
  { contactId, channel, account }: Pick<ConsentChange, "contactId" | "channel" | "account">,
  isMarketing = false,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 from opt_outs where contact_id = $1::text::uuid and (channel, account) = ($2::text, $3::text)
       and (scope = 'all' or $4::boolean) and revoked_at is null`,
    [contactId, channel, account, isMarketing],
  );
  return rows.length > 0;
}

/** Ends an opt-out, keeping when and how it was given and taken back. */
export async function optIn(db: Queryable, change: ConsentChange): Promise<void> {
  await db.query(
    `with changed as (
       update opt_outs set revoked_at = ${SAID_AT}, revoked_method = $5::text
       where contact_id = $1::text::uuid and revoked_at is null
         and (channel, account, scope) = ($2::text, $3::text, $4::text)
         and ($8::text is null or created_at <= $8::text::timestamptz)
       returning id
     ), ${TELL}`,
    consentValues(change, "opt_in"),
  );
}
