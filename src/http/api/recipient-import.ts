import { randomUUIDv7 } from "node:crypto";
import { z } from "zod";
import { type ImportPreview, importPreview, previewRows } from "../../campaigns/import/preview.ts";
import { openList } from "../../campaigns/import/read-list.ts";
import { readJsonList, recipientList } from "../../campaigns/import/read-json.ts";
import { type ImportResult, runImport } from "../../campaigns/import/run-import.ts";
import { wordProblem } from "../../campaigns/import/wording.ts";
import { reportLine } from "../../db/campaign-import-lines.ts";
import { importRow } from "../../db/campaign-imports.ts";
import type { CampaignRow } from "../../db/campaigns.ts";
import type { Language } from "./dependencies.ts";
import { readBody } from "./list-body.ts";
import { nothing } from "./parameters.ts";
import { mustFindCampaign } from "./recipient-view.ts";
import {
  bringsCsv,
  csvChoice,
  importQuery,
  type ImportQuery,
  readWhole,
} from "./recipient-query.ts";
import type { ApiContext, Route } from "./route.ts";
import { defineRoute } from "./route.ts";

/** What became of a list. */
export const importSummary = importRow.meta({ id: "RecipientImport" });

const importAnswer = importRow
  .extend({
    problems: z.array(reportLine).meta({ description: "The first lines that added nobody." }),
  })
  .meta({ id: "RecipientImportResult" });

interface Upload {
  readonly campaign: CampaignRow;
  readonly query: ImportQuery;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly language: Language;
}

function show(
  { summary, sample }: ImportResult,
  language: Language,
): z.output<typeof importAnswer> {
  const problems = sample.map((line) => ({ ...line, detail: wordProblem(line.detail, language) }));
  return { ...summary, problems };
}

async function takeCsv(
  { campaign, query, chunks, language }: Upload,
  { db, maxRecipients }: ApiContext,
): Promise<z.output<typeof importAnswer> | ImportPreview> {
  const list = await openList(chunks, csvChoice(query, campaign.default_country));
  const { columns, delimiter } = list;
  const params = columns.params.map(({ title }) => title);
  if (query.dry_run) return previewRows(db, campaign, { source: "csv", ...list, params });
  const titleOf = (index: number | undefined) =>
    index === undefined ? undefined : columns.titles[index];
  const settings = {
    delimiter,
    to: titleOf(columns.to),
    name: titleOf(columns.name),
    language: titleOf(columns.language),
    params,
  };
  const id = randomUUIDv7();
  const job = { id, campaignId: campaign.id, source: "csv", settings, maxRecipients } as const;
  return show(await runImport(db, job, list.rows), language);
}

async function takeJson(
  { campaign, query, chunks, language }: Upload,
  { db, maxRecipients }: ApiContext,
): Promise<z.output<typeof importAnswer> | ImportPreview> {
  const country = query.country ?? campaign.default_country ?? undefined;
  const { rows, params } = readJsonList(await readWhole(chunks), country);
  if (query.dry_run) return previewRows(db, campaign, { source: "json", rows, params });
  const id = randomUUIDv7();
  const settings = { params };
  const job = { id, campaignId: campaign.id, source: "json", settings, maxRecipients } as const;
  return show(await runImport(db, job, rows), language);
}

const route = defineRoute({
  method: "post",
  path: "/campaigns/{id}/recipients",
  scope: "campaigns:write",
  summary: "Adds recipients to a campaign, from a CSV file of any size or a list in JSON",
  tag: "campaigns",
  readsBody: true,
  query: importQuery,
  body: nothing,
  answer: z.union([importAnswer, importPreview]),
  handle: async ({ id, query, request, language }, context) => {
    const campaign = await mustFindCampaign(id, context);
    const upload = { campaign, query, chunks: readBody(request), language };
    return bringsCsv(request, query) ? takeCsv(upload, context) : takeJson(upload, context);
  },
});

/** Takes lists of recipients. */
export const recipientImportRoute: Route = {
  ...route,
  operation: {
    ...route.operation,
    requestBody: {
      content: {
        "text/csv": { schema: z.string() },
        "application/json": { schema: recipientList },
      },
    },
  },
};
