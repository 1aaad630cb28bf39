import { z } from "zod";
import type { Identity } from "../messages.ts";
import { TAKES_RECIPIENTS } from "./campaign-imports.ts";
import type { Queryable } from "./driver.ts";

/** One line of a list on its way into the database; `problem` is set where it is nobody. */
export interface ImportLine {
  readonly line: number;
  readonly id: string;
  readonly value: string;
  readonly problem?: string;
  readonly identity?: Identity;
  readonly match_key?: string;
  readonly name?: string | null;
  readonly language?: string | null;
  readonly params?: Readonly<Record<string, string>>;
}

/** A line that added nobody who will be written to. */
export const reportLine = z.strictObject({
  line: z.int(),
  outcome: z.enum(["duplicate", "invalid", "opted_out"]),
  value: z.string(),
  detail: z.string(),
});

export type ReportLine = z.infer<typeof reportLine>;

/** Lines of a batch that are shown at once. */
const SAMPLE = 20;

/**
 * Places are given in the order of the list, rows are inserted in the order of their keys: so two lists that are read at
 * once cannot lock each other out. Somebody who wants no messages is kept as skipped, so that the figures show them and no
 * later list adds them. Nothing is added once the campaign is over or the import was given up.
 */
const ADD = `
  with open as materialized (
    select c.id, c.channel, c.accounts, upper(coalesce(c.category, '')) = 'MARKETING' as promotes
    from campaign_imports i join campaigns c on c.id = i.campaign_id
    where i.id = $1::text::uuid and i.state = 'running' and ${TAKES_RECIPIENTS} for share of c
  ),
  given as materialized (
    select g.*, row_number() over (partition by g.match_key order by g.line) as nth
    from jsonb_to_recordset($2::text::jsonb) as g (line bigint, id uuid, value text, problem text, identity jsonb,
      match_key text, name text, language text, params jsonb)
  ),
  people as materialized (
    select placed.*, nextval('campaign_recipient_place_seq') as place
    from (select given.* from given cross join open where problem is null and nth = 1 order by line) placed
  ),
  refusing as materialized (
    select p.match_key from people p cross join open c
    where exists (
      select from contact_identities i join opt_outs o on o.contact_id = i.contact_id and o.channel = i.channel
      where (i.channel, i.match_key) = (c.channel, p.match_key) and o.account = any(c.accounts) and o.revoked_at is null
        and (o.scope = 'all' or c.promotes))
    or exists (
      select from erased_opt_outs e
      where (e.channel, e.digest) = (c.channel, sha256(convert_to(p.match_key, 'UTF8'))) and e.account = any(c.accounts)
        and (e.scope = 'all' or c.promotes))
  ),
  added as (
    insert into campaign_recipients (id, campaign_id, place, identity, match_key, name, language, params, import_id, state,
      skip_reason, skipped_at)
    select p.id, c.id, p.place, p.identity, p.match_key, p.name, p.language, p.params, $1::text::uuid,
      case when r.match_key is null then 'open' else 'skipped' end,
      case when r.match_key is not null then 'opted_out' end,
      case when r.match_key is not null then now() end
    from people p cross join open c left join refusing r using (match_key)
    order by p.match_key
    on conflict (campaign_id, match_key) do nothing
    returning match_key, state
  ),
  judged as materialized (
    select g.line, g.value, g.match_key,
      case when g.problem is not null then 'invalid' when a.match_key is null or g.nth > 1 then 'duplicate'
        when a.state = 'skipped' then 'opted_out' else 'added' end as outcome,
      coalesce(g.problem, case when a.match_key is null or g.nth > 1 then $3::text else $4::text end) as detail
    from given g cross join open left join added a using (match_key)
  ),
  counted as (
    update campaign_imports i set touched_at = now(), rows_read = i.rows_read + s.total, added = i.added + s.added,
      duplicate = i.duplicate + s.duplicate, invalid = i.invalid + s.invalid, opted_out = i.opted_out + s.opted_out
    from (
      select count(*) as total, count(*) filter (where outcome = 'added') as added,
        count(*) filter (where outcome = 'duplicate') as duplicate, count(*) filter (where outcome = 'invalid') as invalid,
        count(*) filter (where outcome = 'opted_out') as opted_out
      from judged
    ) s
    where i.id = $1::text::uuid and exists (select from open)
  ),
  written as (
    insert into campaign_import_lines (import_id, line, outcome, value, match_key, detail)
    select $1::text::uuid, line, outcome, value, match_key, detail from judged where outcome <> 'added'
    on conflict (import_id, line) do nothing
  )
  select exists (select from open) as open,
    (select count(*) from judged where outcome in ('added', 'opted_out'))::int as kept,
    coalesce((select json_agg(json_build_object('line', line, 'outcome', outcome, 'value', value, 'detail', detail)
      order by line) from (select * from judged where outcome <> 'added' order by line limit ${SAMPLE}) s), '[]') as sample`;

const addedRow = z.tuple([
  z.object({ open: z.boolean(), kept: z.int(), sample: z.array(reportLine) }),
]);

/** What stands in the report of a line that added nobody. */
export const LINE_DETAILS = {
  duplicate: "the person is in the campaign or further up in this list already",
  optedOut: "the person wants no messages; kept as skipped",
} as const;

/**
 * Adds a batch of lines in one statement. `open` is false where nothing was added: the campaign takes no more, or the import
 * was given up. Throws `store_*`.
 */
export async function addLines(
  db: Queryable,
  importId: string,
  lines: readonly ImportLine[],
): Promise<z.infer<typeof addedRow>[0]> {
  const { duplicate, optedOut } = LINE_DETAILS;
  return addedRow.parse(
    await db.query(ADD, [importId, JSON.stringify(lines), duplicate, optedOut]),
  )[0];
}

/** Lists lines that added nobody, in the order of the list after the line `after`. Throws `store_*`. */
export async function listReportLines(
  db: Queryable,
  importId: string,
  after: number,
  limit: number,
): Promise<ReportLine[]> {
  const rows = await db.query(
    `select line::int, outcome, value, detail from campaign_import_lines
     where import_id = $1::text::uuid and line > $2::bigint order by line limit $3::int`,
    [importId, after, limit],
  );
  return z.array(reportLine).parse(rows);
}
