import { z } from "zod";
import type { Queryable } from "./driver.ts";
import type { Page } from "./page.ts";
import { utc } from "./utc.ts";

/** A list of recipients as it was read; `failed` took what came before the failure. */
export const importRow = z.strictObject({
  id: z.guid(),
  campaign_id: z.guid(),
  state: z.enum(["running", "done", "failed"]),
  source: z.enum(["csv", "json"]),
  settings: z.record(z.string(), z.unknown()),
  rows_read: z.int(),
  added: z.int(),
  duplicate: z.int(),
  invalid: z.int(),
  opted_out: z.int(),
  error: z.string().nullable(),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
});

export type ImportSummary = z.infer<typeof importRow>;

const COLUMNS = `i.id, i.campaign_id, i.state, i.source, i.settings, i.rows_read::int, i.added::int, i.duplicate::int,
  i.invalid::int, i.opted_out::int, i.error, ${utc("i.started_at")}, ${utc("i.finished_at")}`;

/** States of a campaign in which its list may grow. */
export const TAKES_RECIPIENTS = "c.state in ('draft', 'scheduled', 'running', 'paused')";

/** After which time without a word the process that read a list is taken for dead. */
const DEAD_AFTER = "interval '2 minutes'";

const IS_ALIVE = `i.state = 'running' and i.touched_at > now() - ${DEAD_AFTER}`;

/** Begins to read a list; false where the campaign takes no recipients any more. Throws `store_*`. */
export async function startImport(
  db: Queryable,
  begun: {
    readonly id: string;
    readonly campaignId: string;
    readonly source: ImportSummary["source"];
    readonly settings: Readonly<Record<string, unknown>>;
  },
): Promise<boolean> {
  const rows = await db.query(
    `insert into campaign_imports (id, campaign_id, state, source, settings)
     select $1::text::uuid, c.id, 'running', $3::text, $4::text::jsonb
     from campaigns c where c.id = $2::text::uuid and ${TAKES_RECIPIENTS}
     returning 1`,
    [begun.id, begun.campaignId, begun.source, JSON.stringify(begun.settings)],
  );
  return rows.length > 0;
}

/** Says that the process that reads a list is alive. Throws `store_*`. */
export async function touchImport(db: Queryable, id: string): Promise<void> {
  await db.query(
    "update campaign_imports set touched_at = now() where id = $1::text::uuid and state = 'running'",
    [id],
  );
}

/** Ends an import that still runs. Throws `store_*`. */
export async function finishImport(
  db: Queryable,
  id: string,
  end: {
    readonly state: "done" | "failed";
    readonly error?: string;
    readonly settings?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await db.query(
    `update campaign_imports set state = $2::text, error = $3::text, settings = settings || $4::text::jsonb,
       finished_at = now(), touched_at = now()
     where id = $1::text::uuid and state = 'running'`,
    [id, end.state, end.error ?? null, JSON.stringify(end.settings ?? {})],
  );
}

/** Ends the imports of processes that died. Throws `store_*`. */
export async function failDeadImports(db: Queryable, campaignId: string): Promise<void> {
  await db.query(
    `update campaign_imports i set state = 'failed', finished_at = now(),
       error = 'the process that read the list died; send the list again'
     where i.campaign_id = $1::text::uuid and i.state = 'running' and not (${IS_ALIVE})`,
    [campaignId],
  );
}

/** Whether a list is being read at this moment. Throws `store_*`. */
export async function hasRunningImport(db: Queryable, campaignId: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from campaign_imports i where i.campaign_id = $1::text::uuid and ${IS_ALIVE} limit 1`,
    [campaignId],
  );
  return rows.length > 0;
}

/** Finds an import of a campaign. Throws `store_*`. */
export async function findImport(
  db: Queryable,
  campaignId: string,
  id: string,
): Promise<ImportSummary | undefined> {
  const rows = await db.query(
    `select ${COLUMNS} from campaign_imports i where i.id = $2::text::uuid and i.campaign_id = $1::text::uuid`,
    [campaignId, id],
  );
  return z.array(importRow).parse(rows)[0];
}

/** Lists the imports of a campaign, the last one first. Throws `store_*`. */
export async function listImports(
  db: Queryable,
  campaignId: string,
  page: Page,
): Promise<ImportSummary[]> {
  const rows = await db.query(
    `select ${COLUMNS} from campaign_imports i
     where i.campaign_id = $1::text::uuid and (i.started_at, i.id) < ($2::timestamptz, $3::uuid)
     order by i.started_at desc, i.id desc limit $4::int`,
    [campaignId, page.after.at, page.after.id, page.limit],
  );
  return z.array(importRow).parse(rows);
}
