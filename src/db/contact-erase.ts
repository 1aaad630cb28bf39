import { z } from "zod";
import { type AuditEntry, recordAudit } from "./audit.ts";
import type { Database, Queryable } from "./driver.ts";
import type { ExpiredFile } from "./media-files.ts";

/** What is left to do once a person is gone from the rows. */
export interface Erased {
  /** Their files, whose bytes are still there. */
  readonly files: readonly ExpiredFile[];
}

/** All messages of the conversations, those that wait for their turn among them. */
const MESSAGES = `select id from messages where conversation_id = any($1::text[]::uuid[])
    union select message_id from inbox where conversation_id = any($1::text[]::uuid[])`;

/**
 * What is done to the conversations `$1`, in order. What figures count stays: that there was a message, when, and what became
 * of it; the ids of providers go, because WhatsApp's hold the number. The inbox keeps its ids until its days are over: they
 * tell a repeated webhook, which would bring the message back. What nobody has sent yet is not sent; what may have been
 * sent counts as uncertain.
 */
const OF_CONVERSATIONS = [
  `delete from parked_statuses p using messages m
    where m.conversation_id = any($1::text[]::uuid[]) and (p.channel, p.external_id) = (m.channel, m.external_id)`,
  `delete from send_attempts where message_id in (${MESSAGES})`,
  `delete from message_statuses where message_id in (${MESSAGES})`,
  `delete from messages where conversation_id = any($1::text[]::uuid[]) and direction = 'out' and status = 'queued'
    and round = 0 and uncertain_at is null`,
  `update messages set status = 'failed', failed_at = now(), error = '{"reason": "channel_uncertain"}'
    where conversation_id = any($1::text[]::uuid[]) and status in ('queued', 'sending', 'uncertain')`,
  `update messages set text = '', content = null, payload = null, notes = '[]', external_id = null, route = null,
    correlation_id = null, outside_window = null, held_for = null, changed_at = now(),
    error = case when error is not null then jsonb_strip_nulls(jsonb_build_object('reason', error -> 'reason',
      'code', error -> 'code')) end
    where conversation_id = any($1::text[]::uuid[])`,
  `update interactions set message_text = '', response_text = null, parameters_used = null, replies = null,
    context_data = jsonb_strip_nulls(jsonb_build_object('plan', context_data -> 'plan')), backend_chain = '[]', error_message = null, shadow = null, provider_request_id = null
    where conversation_id = any($1::text[]::uuid[])`,
  `delete from webhook_events where id in (select event_id from inbox where conversation_id = any($1::text[]::uuid[]))`,
  `update inbox set event_id = null, dead_at = null, dead_reason = null, dead_detail = null, emitted = true,
    done_at = coalesce(done_at, now()), message = jsonb_build_object('kind', 'message', 'externalId', external_id,
      'account', account, 'text', '', 'content', '{"type": "text"}'::jsonb, 'identities', '[]'::jsonb)
    where conversation_id = any($1::text[]::uuid[])`,
  `delete from outgoing_events where payload #>> '{data,conversation_id}' = any($1::text[])`,
] as const;

/** Their files are made so old that the next sweep removes what is not removed at once. */
const AGE_FILES = `update media_files set created_at = 'epoch', file_name = null where message_id in (${MESSAGES})
  returning id::text, storage_key as "storageKey"`;

/** What follows the person itself, `$1`; the conversations must be gone by then. */
const OF_PERSON = [
  `insert into erased_opt_outs (person, channel, digest, account, scope, method, created_at)
    select o.contact_id, i.channel, sha256(convert_to(i.match_key, 'UTF8')), o.account, o.scope, o.method, o.created_at
    from opt_outs o join contact_identities i using (contact_id, channel)
    where o.contact_id = $1::text::uuid and o.revoked_at is null
    on conflict (channel, digest, account, scope) do update set person = excluded.person`,
  `update campaign_import_lines l set value = '', match_key = null
    from contact_identities i, campaign_imports m join campaigns c on c.id = m.campaign_id
    where i.contact_id = $1::text::uuid and l.match_key = i.match_key and m.id = l.import_id and c.channel = i.channel
     `,
  `update campaign_recipients r set
    state = case when r.state = 'skipped' or r.state = 'released' and exists (select from messages m where m.id = r.message_id)
      then r.state else 'skipped' end,
    skip_reason = case when r.state = 'skipped' then r.skip_reason
      when r.state = 'released' and exists (select from messages m where m.id = r.message_id) then null else 'erased' end,
    skipped_at = case when r.state = 'released' and exists (select from messages m where m.id = r.message_id)
      then null else coalesce(r.skipped_at, now()) end, lease = null, lease_until = null, identity = '{"kind": "erased", "value": ""}',
    match_key = 'erased:' || r.id, name = null, params = '{}', contact_id = null, conversation_id = null
    where r.id in (
      select x.id from campaign_recipients x where x.contact_id = $1::text::uuid
      union all
      select x.id from contact_identities i join campaigns c on c.channel = i.channel
        join campaign_recipients x on (x.campaign_id, x.match_key) = (c.id, i.match_key)
      where i.contact_id = $1::text::uuid)`,
  `delete from outgoing_events where payload #>> '{data,contact_id}' = $1::text`,
  `delete from idempotency_keys where position($1::text in answer::text) > 0`,
  `update audit_log set detail = detail - 'reason' where subject = $1::text`,
  `delete from opt_outs where contact_id = $1::text::uuid`,
  `delete from contacts where id = $1::text::uuid`,
] as const;

const keptFiles = z.array(z.object({ id: z.string(), storageKey: z.string().nullable() }));

function withBytes({ id, storageKey }: z.output<typeof keptFiles>[number]): ExpiredFile[] {
  return storageKey === null ? [] : [{ id, storageKey }];
}

const idRows = z.array(z.object({ id: z.string() }));

async function lockConversations(tx: Queryable, contactId: string): Promise<readonly string[]> {
  const rows = await tx.query(
    "select id::text from conversations where contact_id = $1::text::uuid order by id for update",
    [contactId],
  );
  return idRows.parse(rows).map(({ id }) => id);
}

/**
 * Takes a person out of every row in one transaction; undefined where there is none with this id. A message that arrives at
 * the same moment finds its contact gone, is stored again and makes a new one. Throws `store_*`.
 */
export async function eraseContact(
  db: Database,
  id: string,
  audit: AuditEntry,
): Promise<Erased | undefined> {
  return db.transaction(async (tx) => {
    await lockConversations(tx, id);
    const found = await tx.query("select 1 from contacts where id = $1::text::uuid for update", [
      id,
    ]);
    if (found.length === 0) return undefined;
    // Again: nobody can open another conversation with the contact from here on, but somebody may just have done so.
    const conversations = await lockConversations(tx, id);
    const files = await tx.query(AGE_FILES, [conversations]);
    for (const statement of OF_CONVERSATIONS) await tx.query(statement, [conversations]);
    await tx.query("delete from conversations where contact_id = $1::text::uuid", [id]);
    for (const statement of OF_PERSON) await tx.query(statement, [id]);
    await recordAudit(tx, audit);
    return { files: keptFiles.parse(files).flatMap(withBytes) };
  });
}

const nameRows = z.array(z.object({ value: z.string() }));

/** Characters below which a name would be found in bodies that have nothing to do with the person. */
const SHORTEST_NAME = 8;

/** How a provider may have written the person in a webhook. Throws `store_*`. */
export async function listSpellings(db: Queryable, contactId: string): Promise<readonly string[]> {
  const rows = await db.query(
    `select value from contact_identities where contact_id = $1::text::uuid
     union select split_part(match_key, ':', 2) from contact_identities
       where contact_id = $1::text::uuid and kind = 'phone'
     union select left(k, 4) || '9' || substr(k, 5) from (
       select split_part(match_key, ':', 2) as k from contact_identities
       where contact_id = $1::text::uuid and match_key ~ '^phone:55[0-9]{10}$') short`,
    [contactId],
  );
  return nameRows
    .parse(rows)
    .map(({ value }) => value)
    .filter(({ length }) => length >= SHORTEST_NAME);
}

/** Bodies looked at in one statement. */
const SLICE = 2_000;
const FIRST = "00000000-0000-0000-0000-000000000000";

const sliceRow = z.tuple([z.object({ last: z.string().nullable() })]);

/**
 * Deletes the raw webhooks that name somebody, statuses among them, and parked statuses. One webhook may hold messages of
 * several people; what was understood of the others is kept in their rows. Throws `store_*`.
 */
export async function eraseBodies(db: Queryable, spellings: readonly string[]): Promise<void> {
  if (spellings.length === 0) return;
  await db.query(
    `delete from parked_statuses where exists (
       select from unnest($1::text[]) as s (spelling) where position(spelling in update::text) > 0)`,
    [spellings],
  );
  for (let after: string | null = FIRST; after !== null;) {
    const rows = await db.query(
      `with slice as materialized (
         select id, body from webhook_events where id > $2::text::uuid order by id limit $3::int
       ),
       deleted as (
         delete from webhook_events where id in (
           select id from slice, unnest($1::text[]) as s (spelling)
           where position(convert_to(spelling, 'UTF8') in body) > 0)
       )
       select (select id::text from slice order by id desc limit 1) as last`,
      [spellings, after, SLICE],
    );
    after = sliceRow.parse(rows)[0].last;
  }
}
