import { z } from "zod";
import { matchKey } from "../identity.ts";
import type { Identity } from "../messages.ts";
import type { Queryable } from "./driver.ts";
import { addressSchema } from "./stored-message.ts";
import { utc } from "./utc.ts";

/** Whom somebody wants to write to. */
export type Wanted =
  | { readonly identity: Identity }
  | { readonly contactId: string }
  | { readonly conversationId: string };

const identitySchema = z.object({
  kind: z.enum(["phone", "bsuid", "parent_bsuid", "lid", "sender"]),
  value: z.string(),
});

const targetRow = z.object({
  now: z.iso.datetime(),
  person: z
    .object({
      contactId: z.string(),
      identities: z.array(identitySchema),
      optOuts: z.array(z.object({ account: z.string(), scope: z.string() })),
      conversation: z
        .object({
          id: z.string(),
          account: z.string(),
          address: addressSchema,
          quietMs: z.number().nullable(),
          windowClosed: z.boolean(),
        })
        .nullable(),
    })
    .nullable(),
});

/**
 * What is known of somebody on a channel; `person` is null where nobody is known by this name. Of several conversations it
 * is the one in which the person wrote last. `now` is the database's time.
 */
export type SendTarget = z.output<typeof targetRow>;

// `offset 0`: a person's identities are found by the person, never by looking through those of the channel.
const FIND = `
  with person as (
    select contact_id from contact_identities where channel = $1::text and match_key = $3::text
    union
    select contact_id from (
      select channel, contact_id from contact_identities where contact_id = $4::text::uuid offset 0
    ) theirs where channel = $1::text
    union
    select contact_id from conversations
      where id = $5::text::uuid and channel = $1::text and account = any($2::text[])
  )
  select ${utc("now()", "now")}, (
    select json_build_object(
      'contactId', p.contact_id,
      'identities', coalesce((
        select json_agg(json_build_object('kind', i.kind, 'value', i.value) order by i.last_seen_at desc, i.match_key)
        from (select * from contact_identities where contact_id = p.contact_id offset 0) i
        where i.channel = $1::text), '[]'),
      'optOuts', coalesce((
        select json_agg(json_build_object('account', o.account, 'scope', o.scope)) from opt_outs o
        where o.contact_id = p.contact_id and o.channel = $1::text and o.revoked_at is null), '[]'),
      'conversation', (
        select json_build_object('id', c.id, 'account', c.account, 'address', c.address,
          'quietMs', extract(epoch from now() - c.last_inbound_at) * 1000,
          'windowClosed', c.window_closed_at is not null)
        from conversations c
        where c.contact_id = p.contact_id and c.channel = $1::text and c.account = any($2::text[])
          and ($5::text is null or c.id = $5::text::uuid)
        order by c.last_inbound_at desc nulls last, c.id limit 1))
    from person p limit 1) as person`;

/** Finds somebody on a channel, with the conversation on one of `accounts` where there is one. Throws `store_*`. */
export async function findSendTarget(
  db: Queryable,
  channel: string,
  accounts: readonly string[],
  wanted: Wanted,
): Promise<SendTarget> {
  const rows = await db.query(FIND, [
    channel,
    accounts,
    "identity" in wanted ? matchKey(wanted.identity) : null,
    "contactId" in wanted ? wanted.contactId : null,
    "conversationId" in wanted ? wanted.conversationId : null,
  ]);
  return targetRow.parse(rows[0]);
}

const storedRows = z.array(
  z.object({
    id: z.string(),
    conversation_id: z.string(),
    contact_id: z.string(),
    held_for: z.enum(["schedule", "window"]).nullable(),
    held_until: z.string().nullable(),
    notes: z.array(z.object({ code: z.string(), detail: z.string() })),
  }),
);

/** Lists the messages of a request that is stored already, in sending order; none where it is not. Throws `store_*`. */
export async function findStoredRequest(
  db: Queryable,
  messageId: string,
): Promise<z.output<typeof storedRows>> {
  const rows = await db.query(
    `select m.id::text, m.conversation_id::text, m.contact_id::text, m.held_for, ${utc("m.held_until", "held_until")}, m.notes
     from (select $1::text::uuid as id union all select id from messages where part_of = $1::text::uuid) part
     cross join lateral (select * from messages where id = part.id offset 0) m
     where m.direction = 'out' order by m.seq`,
    [messageId],
  );
  return storedRows.parse(rows);
}
