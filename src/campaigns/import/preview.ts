import { z } from "zod";
import type { CampaignRow } from "../../db/campaigns.ts";
import type { Queryable } from "../../db/driver.ts";
import { fillContent } from "../../send-content.ts";
import { contentIn, valuesOf } from "../personal-content.ts";
import type { ColumnMap } from "./columns.ts";
import type { Delimiter } from "./read-csv.ts";
import type { ImportRow } from "./read-row.ts";

/** Lines that are shown as they are read, and messages that are shown filled. */
const ROWS = 20;
const MESSAGES = 5;

const previewRow = z.strictObject({
  line: z.int(),
  to: z.string(),
  name: z.string().nullable(),
  language: z.string().nullable(),
  params: z.record(z.string(), z.string()),
  problem: z.string().nullable().meta({ description: "Why nobody would be added." }),
});

/** How a list would be read, from its first lines. */
export const importPreview = z
  .strictObject({
    dry_run: z.literal(true),
    source: z.enum(["csv", "json"]),
    delimiter: z.string().nullable(),
    encoding: z.string().nullable(),
    columns: z
      .strictObject({
        titles: z.array(z.string()),
        to: z.string(),
        name: z.string().nullable(),
        language: z.string().nullable(),
      })
      .nullable(),
    params: z.array(z.string()),
    rows: z.array(previewRow),
    messages: z.array(
      z.strictObject({
        line: z.int(),
        content: z.record(z.string(), z.unknown()),
        missing: z
          .array(z.string())
          .meta({ description: "Placeholders without a value: the person would be left out." }),
        problems: z.array(z.string()).meta({ description: "Why the template cannot be sent." }),
      }),
    ),
  })
  .meta({ id: "RecipientImportPreview" });

export type ImportPreview = z.output<typeof importPreview>;

/** A list of which the first lines are to be shown. */
interface PreviewedList {
  readonly source: "csv" | "json";
  readonly rows: AsyncIterable<ImportRow> | Iterable<ImportRow>;
  readonly params: readonly string[];
  readonly columns?: ColumnMap;
  readonly delimiter?: Delimiter;
  readonly encoding?: () => string;
}

/** Reads the first lines of a list and shows what they would become. Throws `store_*` and what reading `rows` throws. */
export async function previewRows(
  db: Queryable,
  campaign: CampaignRow,
  list: PreviewedList,
): Promise<ImportPreview> {
  const rows: ImportRow[] = [];
  for await (const row of list.rows) {
    rows.push(row);
    if (rows.length === ROWS) break;
  }
  return {
    dry_run: true,
    source: list.source,
    delimiter: list.delimiter ?? null,
    encoding: list.encoding?.() ?? null,
    columns: list.columns === undefined ? null : showColumns(list.columns),
    params: [...list.params],
    rows: rows.map(showRow),
    messages: await Promise.all(
      rows
        .filter((row) => row.kind === "recipient")
        .slice(0, MESSAGES)
        .map((row) => previewMessage(db, campaign, row)),
    ),
  };
}

async function previewMessage(
  db: Queryable,
  campaign: CampaignRow,
  row: Extract<ImportRow, { readonly kind: "recipient" }>,
): Promise<ImportPreview["messages"][number]> {
  const { line } = row;
  const inLanguage = await contentIn(db, campaign, row.language ?? undefined);
  const isRefused = inLanguage.kind === "refused";
  const wanted = isRefused ? campaign.message : inLanguage.content;
  const { content, missing } = fillContent(wanted, valuesOf(campaign, row));
  const problems = isRefused ? [...inLanguage.problems] : [];
  return { line, content: { ...content }, missing: [...missing], problems };
}

function showColumns({ titles, to, name, language }: ColumnMap) {
  const titleOf = (index: number | undefined) =>
    index === undefined ? null : (titles[index] ?? null);
  return {
    titles: [...titles],
    to: titles[to] ?? "",
    name: titleOf(name),
    language: titleOf(language),
  };
}

function showRow(row: ImportRow): z.output<typeof previewRow> {
  const { line, value } = row;
  if (row.kind === "invalid")
    return { line, to: value, name: null, language: null, params: {}, problem: row.problem };
  const { identity, name, language, params } = row;
  const to = identity.kind === "phone" ? `+${identity.value}` : identity.value;
  return { line, to, name, language, params, problem: null };
}
