import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import { addressSchema } from "./stored-message.ts";
import { utc } from "./utc.ts";

/** A person, without the identities. */
export const contactRow = z.strictObject({
  id: z.guid(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  language: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

/** One name that a provider gives a person, in the provider's own spelling. */
export const identityRow = z.strictObject({
  channel: z.string(),
  kind: z.enum(["phone", "bsuid", "parent_bsuid", "lid", "sender"]),
  value: z.string(),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime(),
});

/** A person's refusal of our messages on one account; open while `revoked_at` is null. */
export const optOutRow = z.strictObject({
  channel: z.string(),
  account: z.string(),
  scope: z.enum(["all", "marketing"]),
  method: z.string(),
  created_at: z.iso.datetime(),
  revoked_at: z.iso.datetime().nullable(),
  revoked_method: z.string().nullable(),
});

const CONTACT = `select id, name, username, language, properties, ${utc("created_at")}, ${utc("updated_at")}
  from contacts where id = $1::uuid`;

/** Finds one person. Throws `store_*`. */
export async function findContact(
  db: Queryable,
  id: string,
): Promise<z.infer<typeof contactRow> | undefined> {
  return z.array(contactRow).parse(await db.query(CONTACT, [id]))[0];
}

const IDENTITIES = `select channel, kind, value, ${utc("created_at")}, ${utc("last_seen_at")}
  from contact_identities i where contact_id = $1::uuid order by channel, i.last_seen_at desc, match_key`;

/** Lists a person's identities by channel, the last seen first. Throws `store_*`. */
export async function listIdentities(
  db: Queryable,
  contactId: string,
): Promise<z.infer<typeof identityRow>[]> {
  return z.array(identityRow).parse(await db.query(IDENTITIES, [contactId]));
}

const OPT_OUTS = `select channel, account, scope, method, ${utc("created_at")}, ${utc("revoked_at")}, revoked_method
  from opt_outs o where contact_id = $1::uuid order by o.created_at desc, id desc`;

/** Lists a person's opt-outs, those taken back among them, newest first. Throws `store_*`. */
export async function listOptOuts(
  db: Queryable,
  contactId: string,
): Promise<z.infer<typeof optOutRow>[]> {
  return z.array(optOutRow).parse(await db.query(OPT_OUTS, [contactId]));
}

const targetRows = z.array(
  z.object({ channel: z.string(), account: z.string(), address: addressSchema }),
);

/** Lists the accounts that a person has conversations with, narrowed or not. Throws `store_*`. */
export async function listConsentTargets(
  db: Queryable,
  contactId: string,
  where: {
    readonly channel?: string | undefined;
    readonly account?: string | undefined;
    readonly channels?: readonly string[] | undefined;
  },
): Promise<z.infer<typeof targetRows>> {
  const { sql, values } = narrow(
    [
      ["channel = ?::text", where.channel],
      ["account = ?::text", where.account],
      ["channel = any(?::text[])", where.channels],
    ],
    1,
  );
  const rows = await db.query(
    `select distinct on (channel, account) channel, account, address
      from conversations where contact_id = $1::uuid${sql} order by channel, account, updated_at desc`,
    [contactId, ...values],
  );
  return targetRows.parse(rows);
}
