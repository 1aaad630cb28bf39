import type { Queryable } from "./driver.ts";
import { markStale } from "./template-syncs.ts";

/** News of one template, with the channel that it came by. What is absent did not change. */
export interface ArrivedTemplateNews {
  readonly channel: string;
  /** The provider's time of the news; undefined where it gave none. */
  readonly at: string | undefined;
  readonly externalId: string | undefined;
  readonly name: string;
  readonly language: string;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly quality: string | undefined;
  readonly category: string | undefined;
  /** Whether only a listing tells what changed. */
  readonly isStale: boolean;
}

/**
 * Applies news in their order. Each of status, quality and category keeps the provider's time of its last news: older ones
 * that come late, or a second time, change nothing. A template that is not known makes its channel's list stale.
 */
export async function applyTemplateNews(
  db: Queryable,
  all: readonly ArrivedTemplateNews[],
): Promise<void> {
  for (const news of all) {
    const isKnown = await applyOne(db, news);
    if (!isKnown || news.isStale) await markStale(db, news.channel);
  }
}

async function applyOne(db: Queryable, news: ArrivedTemplateNews): Promise<boolean> {
  const rows = await db.query(
    `with news as (
       select $2::text as status, $3::text as reason, $4::text as quality, $5::text as category,
         $6::text::timestamptz as at
     ), found as (
       select t.id,
         n.status is not null and coalesce(t.status_at <= n.at, true) as has_status,
         n.quality is not null and coalesce(t.quality_at <= n.at, true) as has_quality,
         n.category is not null and coalesce(t.category_at <= n.at, true) as has_category,
         n.*
       from templates t, news n
       where t.channel = $1::text and (t.external_id = $7::text or (t.name, t.language) = ($8::text, $9::text))
       order by t.external_id = $7::text desc nulls last limit 1
     )
     update templates t set
       status = case when f.has_status then f.status else t.status end,
       reason = case when f.has_status then f.reason else t.reason end,
       status_at = case when f.has_status then coalesce(f.at, t.status_at) else t.status_at end,
       quality = case when f.has_quality then f.quality else t.quality end,
       quality_at = case when f.has_quality then coalesce(f.at, t.quality_at) else t.quality_at end,
       category = case when f.has_category then f.category else t.category end,
       category_at = case when f.has_category then coalesce(f.at, t.category_at) else t.category_at end,
       told_at = now(),
       updated_at = now()
     from found f where t.id = f.id
     returning t.id`,
    [
      news.channel,
      news.status ?? null,
      news.reason ?? null,
      news.quality ?? null,
      news.category ?? null,
      news.at ?? null,
      news.externalId ?? null,
      news.name,
      news.language,
    ],
  );
  return rows.length > 0;
}
