import { z } from "zod";
import { EXCEL_CSV, PLAIN_CSV } from "../../csv.ts";
import {
  failDeadImports,
  findImport,
  type ImportSummary,
  listImports,
} from "../../db/campaign-imports.ts";
import {
  FIRST_PLACE,
  listRecipients,
  RECIPIENT_STATUSES,
  removeRecipient,
} from "../../db/campaign-recipients.ts";
import type { Queryable } from "../../db/driver.ts";
import { BridgeError } from "../../errors.ts";
import { answerFile, fileAnswer } from "./file-answer.ts";
import { pageOf, readPage } from "./paging.ts";
import { id as idText, nothing, paging } from "./parameters.ts";
import { readPlacedPage } from "./place-paging.ts";
import { exportRecipients, exportReport } from "./recipient-files.ts";
import { importSummary, recipientImportRoute } from "./recipient-import.ts";
import { flag } from "./recipient-query.ts";
import { mustFindCampaign, recipient, showRecipient } from "./recipient-view.ts";
import { defineRoute, type Route } from "./route.ts";

const tag = "campaigns";

const status = z
  .enum([...RECIPIENT_STATUSES, "replied"])
  .optional()
  .meta({ description: "The words of the campaign's figures; `replied`: whoever wrote since." });

const excel = flag
  .default(false)
  .meta({ description: "With semicolons and a byte order mark, as Excel opens it in Brazil." });

/** What is no id can be the id of nothing. */
function readOtherId(text: string, what: string): string {
  const parsed = idText.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new BridgeError("request_not_found", `there is no ${what} with this id`);
}

async function mustFindImport(
  db: Queryable,
  campaignId: string,
  text: string,
): Promise<ImportSummary> {
  const found = await findImport(db, campaignId, readOtherId(text, "import"));
  if (found !== undefined) return found;
  throw new BridgeError("request_not_found", "there is no import with this id");
}

const reportRoute = defineRoute({
  method: "get",
  path: "/campaigns/{id}/imports/{import_id}/report",
  scope: "campaigns:read",
  summary: "Writes the lines of a list that added nobody, with the reason, as CSV",
  tag,
  query: z.strictObject({ excel }),
  body: nothing,
  answer: fileAnswer,
  handle: async ({ id, param, query, language }, context) => {
    await mustFindCampaign(id, context);
    const { id: importId } = await mustFindImport(context.db, id, param("import_id"));
    const style = query.excel ? EXCEL_CSV : PLAIN_CSV;
    const chunks = exportReport(context.db, importId, style, language);
    return { name: `import-${importId}.csv`, chunks };
  },
});

const exportRoute = defineRoute({
  method: "get",
  path: "/campaigns/{id}/recipients/export",
  scope: "campaigns:read",
  summary: "Writes the recipients with what became of each as CSV",
  tag,
  query: z.strictObject({ status, excel }),
  body: nothing,
  answer: fileAnswer,
  handle: async ({ id, query, language }, context) => {
    const { id: campaignId } = await mustFindCampaign(id, context);
    const chunks = exportRecipients({
      db: context.db,
      campaignId,
      filter: query,
      style: query.excel ? EXCEL_CSV : PLAIN_CSV,
      context: { deps: context, language },
    });
    return { name: `campaign-${campaignId}.csv`, chunks };
  },
});

/** Who a campaign goes to: lists in, recipients and reports out. */
export const recipientRoutes: readonly Route[] = [
  recipientImportRoute,
  defineRoute({
    method: "get",
    path: "/campaigns/{id}/imports",
    scope: "campaigns:read",
    summary: "Lists the lists of recipients that were read, the last one first",
    tag,
    query: z.strictObject(paging),
    body: nothing,
    answer: pageOf(importSummary).meta({ id: "RecipientImportPage" }),
    handle: async ({ id, query }, context) => {
      const { db } = context;
      await mustFindCampaign(id, context);
      await failDeadImports(db, id);
      return readPage(
        `imports ${id}`,
        query,
        (page) => listImports(db, id, page),
        (row) => ({ at: row.started_at, id: row.id }),
      );
    },
  }),
  answerFile(reportRoute, "text/csv"),
  answerFile(exportRoute, "text/csv"),
  defineRoute({
    method: "get",
    path: "/campaigns/{id}/recipients",
    scope: "campaigns:read",
    summary: "Lists the recipients of a campaign in the order of its lists",
    tag,
    query: z.strictObject({ status, ...paging }),
    body: nothing,
    answer: pageOf(recipient).meta({ id: "RecipientPage" }),
    handle: async ({ id, query, language }, context) => {
      await mustFindCampaign(id, context);
      const page = await readPlacedPage(`recipients ${id}`, query, FIRST_PLACE, (wanted) =>
        listRecipients(context.db, id, query, wanted),
      );
      const shown = { deps: context, language };
      return { ...page, data: page.data.map((row) => showRecipient(row, shown)) };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/campaigns/{id}/recipients/{recipient_id}",
    scope: "campaigns:write",
    summary: "Takes a recipient off the list, as long as nothing was sent",
    tag,
    query: nothing,
    body: nothing,
    answer: z.strictObject({ id: z.guid() }),
    handle: async ({ id, param }, context) => {
      await mustFindCampaign(id, context);
      const recipientId = readOtherId(param("recipient_id"), "recipient");
      const result = await removeRecipient(context.db, id, recipientId);
      switch (result) {
        case "done":
          return { id: recipientId };
        case "taken":
          throw new BridgeError(
            "request_conflict",
            "the message to this recipient is under way, or the person was left out",
          );
        case "not_found":
          throw new BridgeError("request_not_found", "there is no recipient with this id");
      }
    },
  }),
];
