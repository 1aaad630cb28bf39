import { z } from "zod";
import type { Queryable, Row } from "./driver.ts";
import { utc } from "./utc.ts";

/** A template as its provider keeps it, in one language. `components` are the provider's. */
export const templateRow = z.strictObject({
  id: z.guid(),
  channel: z.string(),
  name: z.string(),
  /** "" where the provider names none and finds the template by its name. */
  language: z.string(),
  external_id: z.string().nullable(),
  category: z.string().nullable(),
  status: z.string(),
  quality: z.string().nullable(),
  reason: z.string().nullable(),
  parameter_format: z.enum(["positional", "named"]),
  components: z.array(z.record(z.string(), z.unknown())),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  synced_at: z.iso.datetime().nullable(),
  /** Since when the provider lists it no longer. */
  gone_at: z.iso.datetime().nullable(),
});

export type TemplateRow = z.infer<typeof templateRow>;

/** The columns of a `templateRow`, for the statements of other files. */
export const TEMPLATE_COLUMNS = `id, channel, name, language, external_id, category, status, quality, reason,
  parameter_format, components, ${utc("created_at")}, ${utc("updated_at")}, ${utc("synced_at")}, ${utc("gone_at")}`;

/** Reads rows selected with `TEMPLATE_COLUMNS`. */
export function readTemplates(rows: readonly Row[]): TemplateRow[] {
  return z.array(templateRow).parse(rows);
}

/** Finds a template in all its languages, those that are gone included. Throws `store_*`. */
export async function findTemplates(
  db: Queryable,
  channel: string,
  name: string,
): Promise<TemplateRow[]> {
  const rows = await db.query(
    `select ${TEMPLATE_COLUMNS} from templates where channel = $1::text and name = $2::text order by language`,
    [channel, name],
  );
  return readTemplates(rows);
}

/** Finds one template by our id. Throws `store_*`. */
export async function findTemplate(db: Queryable, id: string): Promise<TemplateRow | undefined> {
  const rows = await db.query(
    `select ${TEMPLATE_COLUMNS} from templates where id = $1::text::uuid`,
    [id],
  );
  return readTemplates(rows)[0];
}

/** Names that are compared with a wrong one, at most. */
const MAX_NAMES = 10_000;

/** The names of the templates that a channel has, each once. Throws `store_*`. */
export async function listTemplateNames(db: Queryable, channel: string): Promise<string[]> {
  const rows = await db.query(
    `select distinct name from templates where channel = $1::text and gone_at is null order by name limit $2::int`,
    [channel, MAX_NAMES],
  );
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name);
}
