import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import type { Queryable } from "./driver.ts";
import { readTemplates, TEMPLATE_COLUMNS, type TemplateRow } from "./templates.ts";

/** A template as its provider described it just now. */
export interface ListedTemplate {
  readonly name: string;
  readonly language: string;
  readonly externalId: string | null;
  readonly category: string | null;
  readonly status: string;
  readonly quality: string | null;
  readonly reason: string | null;
  readonly parameterFormat: TemplateRow["parameter_format"];
  readonly components: readonly Readonly<Record<string, unknown>>[];
}

/** What a page of a listing came to. */
export interface SavedPage {
  readonly added: number;
  readonly changed: number;
}

const countsRow = z.object({ added: z.int(), changed: z.int() });

const keyOf = ({ name, language }: ListedTemplate) => `${name}\n${language}`;

/**
 * Stores one page of a listing that began at `startedAt`, in one statement. What the provider told by webhook since then is
 * newer than the page and stays. Rows are written in the order of their keys, so that two listings cannot block each other.
 */
export async function saveListed(
  db: Queryable,
  channel: string,
  startedAt: string,
  listed: readonly ListedTemplate[],
): Promise<SavedPage> {
  const byKey = new Map(listed.map((one) => [keyOf(one), one]));
  const rows = [...byKey.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (rows.length === 0) return { added: 0, changed: 0 };
  const saved = await db.query(
    `with listed as (
       select * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
           $11::text[], $12::text[])
         as l (id, name, language, external_id, category, status, quality, reason, parameter_format, components)
     ), before as (
       select t.* from templates t join listed l on (t.name, t.language) = (l.name, l.language)
       where t.channel = $1::text
     ), written as (
       insert into templates as t (id, channel, name, language, external_id, category, status, quality, reason,
         parameter_format, components, synced_at)
       select id, $1::text, name, language, external_id, category, status, quality, reason, parameter_format,
         components::jsonb, now() from listed
       on conflict (channel, name, language) do update set
         external_id = excluded.external_id,
         parameter_format = excluded.parameter_format,
         components = excluded.components,
         category = case when t.told_at >= $2::text::timestamptz then t.category else excluded.category end,
         status = case when t.told_at >= $2::text::timestamptz then t.status else excluded.status end,
         quality = case when t.told_at >= $2::text::timestamptz then t.quality else excluded.quality end,
         reason = case when t.told_at >= $2::text::timestamptz then t.reason else excluded.reason end,
         synced_at = now(),
         gone_at = null,
         updated_at = case
           when (t.external_id, t.parameter_format, t.components, t.category, t.status, t.quality, t.reason, t.gone_at)
             is distinct from (excluded.external_id, excluded.parameter_format, excluded.components, excluded.category,
               excluded.status, excluded.quality, excluded.reason, null::timestamptz)
           then now() else t.updated_at end
       returning t.id, t.updated_at
     )
     select count(*) filter (where b.id is null)::int as added,
       count(*) filter (where b.updated_at is distinct from w.updated_at and b.id is not null)::int as changed
     from written w left join before b on b.id = w.id`,
    [
      channel,
      startedAt,
      rows.map(() => randomUUIDv7()),
      rows.map(({ name }) => name),
      rows.map(({ language }) => language),
      rows.map(({ externalId }) => externalId),
      rows.map(({ category }) => category),
      rows.map(({ status }) => status),
      rows.map(({ quality }) => quality),
      rows.map(({ reason }) => reason),
      rows.map(({ parameterFormat }) => parameterFormat),
      rows.map(({ components }) => JSON.stringify(components)),
    ],
  );
  return z.array(countsRow).parse(saved)[0] ?? { added: 0, changed: 0 };
}

/** Notes what a complete listing that began at `startedAt` did not show; what was made meanwhile is not gone. */
export async function markGone(db: Queryable, channel: string, startedAt: string): Promise<number> {
  const rows = await db.query(
    `update templates set gone_at = now(), updated_at = now()
     where channel = $1::text and gone_at is null and coalesce(synced_at, created_at) < $2::text::timestamptz
     returning id`,
    [channel, startedAt],
  );
  return rows.length;
}

/** Stores a template that was just made at the provider; it counts as heard of from now on. */
export async function saveCreated(
  db: Queryable,
  channel: string,
  made: ListedTemplate,
): Promise<TemplateRow | undefined> {
  const rows = await db.query(
    `insert into templates as t (id, channel, name, language, external_id, category, status, parameter_format, components)
     values ($1::text::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text::jsonb)
     on conflict (channel, name, language) do update set external_id = excluded.external_id,
       category = excluded.category, status = excluded.status, parameter_format = excluded.parameter_format,
       components = excluded.components, quality = null, reason = null, gone_at = null, created_at = now(),
       updated_at = now(), told_at = now(), status_at = null, quality_at = null, category_at = null, synced_at = null
     returning ${TEMPLATE_COLUMNS}`,
    [
      randomUUIDv7(),
      channel,
      made.name,
      made.language,
      made.externalId,
      made.category,
      made.status,
      made.parameterFormat,
      JSON.stringify(made.components),
    ],
  );
  return readTemplates(rows)[0];
}

/** Notes that a template was deleted at the provider. */
export async function markDeleted(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update templates set status = 'DELETED', gone_at = now(), updated_at = now(), told_at = now()
     where id = $1::text::uuid`,
    [id],
  );
}
