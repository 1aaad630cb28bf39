import { z } from "zod";
import { auditRow, listAudit } from "../../db/audit.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, period, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const entry = auditRow
  .extend({
    actor: z
      .string()
      .meta({ description: "`admin`, `key:` and a key's id, `contact`, or `nobody`." }),
    action: z.string().meta({
      description: "The call, such as `post /campaigns/{id}/start`, or a word such as `opt_out`.",
    }),
    subject: z.string().meta({ description: "What was changed or made." }),
  })
  .meta({ id: "AuditEntry" });

/** Who changed what. A tenant's key sees what its tenant's keys did. */
export const auditRoutes = [
  defineRoute({
    method: "get",
    path: "/audit",
    scope: "admin",
    summary: "Lists who changed what, newest first",
    tag: "keys",
    query: z.strictObject({
      actor: textFilter.optional(),
      action: textFilter.optional(),
      subject: textFilter.optional(),
      ...period,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(entry).meta({ id: "AuditPage" }),
    handle: ({ query }, { db, caller }) =>
      readPage(
        "audit",
        query,
        (wanted) => listAudit(db, { ...query, tenant: caller.tenant }, wanted),
        (row) => ({ at: row.at, id: row.id }),
      ),
  }),
] as const;
