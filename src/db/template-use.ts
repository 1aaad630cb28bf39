import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { narrow } from "./narrow.ts";
import type { Page } from "./page.ts";
import { readTemplates, TEMPLATE_COLUMNS, type TemplateRow } from "./templates.ts";

/** What a list of templates may be narrowed by. */
export interface TemplateFilter {
  readonly channel?: string | undefined;
  /** Names of the channels the caller may see; all where undefined. */
  readonly channels?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly status?: string | undefined;
  readonly category?: string | undefined;
}

/** Lists templates, those that are gone included, the newest to us first. Throws `store_*`. */
export async function listTemplates(
  db: Queryable,
  filter: TemplateFilter,
  page: Page,
): Promise<TemplateRow[]> {
  const { sql, values } = narrow(
    [
      ["t.channel = ?::text", filter.channel],
      ["t.channel = any(?::text[])", filter.channels],
      ["t.name = ?::text", filter.name],
      ["t.language = ?::text", filter.language],
      ["t.status = ?::text", filter.status],
      ["t.category = ?::text", filter.category],
    ],
    3,
  );
  const rows = await db.query(
    `select ${TEMPLATE_COLUMNS} from templates t
     where (t.created_at, t.id) < ($1::timestamptz, $2::uuid)${sql}
     order by t.created_at desc, t.id desc limit $3::int`,
    [page.after.at, page.after.id, page.limit, ...values],
  );
  return readTemplates(rows);
}

/** What became of the messages made from a template; a message that was read was also sent and delivered. */
const usage = z.strictObject({
  sent: z.int(),
  delivered: z.int(),
  read: z.int(),
  failed: z.int(),
});

export const templateUsage = z.strictObject({ last_7_days: usage, last_30_days: usage });

export type TemplateUsage = z.infer<typeof templateUsage>;

const counts = (days: number) => `json_build_object(
  'sent', count(*) filter (where sent_at is not null and ${within(days)}),
  'delivered', count(*) filter (where delivered_at is not null and ${within(days)}),
  'read', count(*) filter (where read_at is not null and ${within(days)}),
  'failed', count(*) filter (where status = 'failed' and ${within(days)}))`;

const within = (days: number) => `created_at >= now() - interval '${days} days'`;

/** Counts what was sent from a template in its language. Throws `store_*`. */
export async function readTemplateUsage(
  db: Queryable,
  { channel, name, language }: Pick<TemplateRow, "channel" | "name" | "language">,
): Promise<TemplateUsage> {
  const rows = await db.query(
    `select ${counts(7)} as last_7_days, ${counts(30)} as last_30_days from messages
     where channel = $1::text and template_name = $2::text and ${within(30)}
       and ($3::text = '' or coalesce(template_language, '') in ($3::text, ''))`,
    [channel, name, language],
  );
  return templateUsage.parse(rows[0]);
}

/** Ids of the campaigns that are still to send a template. Throws `store_*`. */
export async function listCampaignsWith(
  db: Queryable,
  { channel, name, language }: Pick<TemplateRow, "channel" | "name" | "language">,
): Promise<string[]> {
  const rows = await db.query(
    `select id from campaigns where state in ('scheduled', 'running', 'paused') and channel = $1::text
       and message -> 'template' ->> 'name' = $2::text
       and coalesce(message -> 'template' ->> 'language', $3::text) in ($3::text, replace($3::text, '_', '-'))
     order by id limit 10`,
    [channel, name, language],
  );
  return z
    .array(z.object({ id: z.guid() }))
    .parse(rows)
    .map(({ id }) => id);
}
