import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { utc } from "./utc.ts";

/** What may have become of a recipient, in the words of the campaign's figures. */
export const RECIPIENT_STATUSES = [
  "queued",
  "sent",
  "delivered",
  "read",
  "failed",
  "skipped",
  "uncertain",
] as const;

const time = z.iso.datetime().nullable();

/** One recipient with what became of the message. `error` is the stored JSON. */
export const recipientRow = z.strictObject({
  id: z.guid(),
  place: z.string(),
  identity: z.object({ kind: z.string(), value: z.string() }),
  name: z.string().nullable(),
  language: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  status: z.enum(RECIPIENT_STATUSES),
  skip_reason: z.string().nullable(),
  channel: z.string(),
  account: z.string().nullable(),
  error: z.unknown(),
  contact_id: z.guid().nullable(),
  conversation_id: z.guid().nullable(),
  message_id: z.guid().nullable(),
  import_id: z.guid().nullable(),
  created_at: z.iso.datetime(),
  released_at: time,
  sent_at: time,
  delivered_at: time,
  read_at: time,
  failed_at: time,
  skipped_at: time,
  replied_at: time,
});

export type RecipientRow = z.infer<typeof recipientRow>;

/** Failures that mean: deliberately left out. The same as in the campaign's figures. */
const LEFT_OUT =
  "coalesce(m.error ->> 'reason', '') in ('channel_opted_out', 'campaign_cancelled')";
const UNKNOWN = "coalesce(m.error ->> 'reason', '') = 'channel_uncertain'";

const STATUS = `case
    when r.state = 'skipped' then 'skipped'
    when m.id is null or m.status in ('queued', 'sending') then 'queued'
    when m.status = 'failed' and ${LEFT_OUT} then 'skipped'
    when m.status = 'uncertain' or m.status = 'failed' and ${UNKNOWN} then 'uncertain'
    else m.status end`;

/** The message that stands for a recipient: the first of its parts, and of those the one that was not replaced. */
const JOINED = `campaign_recipients r join campaigns c on c.id = r.campaign_id
    left join messages m on m.recipient_id = r.id and m.campaign_id = r.campaign_id and not m.superseded
      and m.part_of is null and r.state = 'released'`;

const COLUMNS = `r.id, r.place::text, r.identity, r.name, r.language, r.params, ${STATUS} as status, r.skip_reason,
    coalesce(m.channel, c.channel) as channel, coalesce(m.account, r.account) as account, m.error,
    coalesce(m.contact_id, r.contact_id) as contact_id, coalesce(m.conversation_id, r.conversation_id) as conversation_id,
    coalesce(m.id, r.message_id) as message_id, r.import_id, ${utc("r.created_at")}, ${utc("r.released_at")},
    ${utc("m.sent_at")}, ${utc("m.delivered_at")}, ${utc("m.read_at")}, ${utc("m.failed_at")}, ${utc("r.skipped_at")},
    ${utc("r.replied_at")}`;

/** Which recipients are wanted. `replied` may be asked for beside any status. */
export interface RecipientFilter {
  readonly status?: (typeof RECIPIENT_STATUSES)[number] | "replied" | undefined;
}

/** What narrows a list to one status; written so that an index finds what is rare. */
const NARROWED: Readonly<Record<NonNullable<RecipientFilter["status"]>, string>> = {
  queued: `(r.state = 'open' or r.state = 'released' and (m.id is null or m.status in ('queued', 'sending')))`,
  sent: "m.status = 'sent'",
  delivered: "m.status = 'delivered'",
  read: "m.status = 'read'",
  failed: `m.status = 'failed' and not (${LEFT_OUT} or ${UNKNOWN})`,
  skipped: `(r.state = 'skipped' or m.status = 'failed' and ${LEFT_OUT})`,
  uncertain: `m.status in ('uncertain', 'failed') and (m.status = 'uncertain' or ${UNKNOWN})`,
  replied: "r.replied_at is not null",
};

/** Before the first recipient of every campaign. */
export const FIRST_PLACE = "0";

/** Lists the recipients of a campaign in the order of the list, after the place `after`. Throws `store_*`. */
export async function listRecipients(
  db: Queryable,
  campaignId: string,
  { status }: RecipientFilter,
  page: { readonly after: string; readonly limit: number },
): Promise<RecipientRow[]> {
  const narrowed = status === undefined ? "" : ` and ${NARROWED[status]}`;
  const rows = await db.query(
    `select ${COLUMNS} from ${JOINED}
     where r.campaign_id = $1::text::uuid and r.place > $2::text::bigint${narrowed}
     order by r.place limit $3::int`,
    [campaignId, page.after, page.limit],
  );
  return z.array(recipientRow).parse(rows);
}

/** How many recipients a campaign has. Throws `store_*`. */
export async function countRecipients(db: Queryable, campaignId: string): Promise<number> {
  const rows = await db.query(
    "select count(*)::int as count from campaign_recipients where campaign_id = $1::text::uuid",
    [campaignId],
  );
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

const removedRow = z.tuple([z.object({ result: z.enum(["done", "taken", "not_found"]) })]);

const REMOVE = `
  with removed as (
    delete from campaign_recipients
    where id = $2::text::uuid and campaign_id = $1::text::uuid and state = 'open'
      and (lease is null or lease_until <= now())
    returning 1
  )
  select case when exists (select from removed) then 'done'
    when exists (select from campaign_recipients where id = $2::text::uuid and campaign_id = $1::text::uuid) then 'taken'
    else 'not_found' end as result`;

/** Takes an open recipient off the list; `taken`: the message is under way or the person was left out. Throws `store_*`. */
export async function removeRecipient(
  db: Queryable,
  campaignId: string,
  id: string,
): Promise<"done" | "taken" | "not_found"> {
  return removedRow.parse(await db.query(REMOVE, [campaignId, id]))[0].result;
}

/** The titles of the values that the lists of a campaign brought. Throws `store_*`. */
export async function listParamTitles(db: Queryable, campaignId: string): Promise<string[]> {
  const rows = await db.query(
    `select title from (
       select title, min(i.started_at) as at, min(place) as place
       from campaign_imports i
         cross join jsonb_array_elements_text(i.settings -> 'params') with ordinality as p (title, place)
       where i.campaign_id = $1::text::uuid
       group by title
     ) t order by at, place, title`,
    [campaignId],
  );
  return z
    .array(z.object({ title: z.string() }))
    .parse(rows)
    .map(({ title }) => title);
}
