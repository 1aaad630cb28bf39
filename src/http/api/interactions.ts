import { z } from "zod";
import { interactionRow, listInteractions } from "../../db/interactions-read.ts";
import { pageOf, readPage } from "./paging.ts";
import { id, nothing, paging, period, textFilter, yesOrNo } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** The interaction log: one row per turn. */
export const interactionRoutes = [
  defineRoute({
    method: "get",
    path: "/interactions",
    scope: "conversations:read",
    summary: "Lists turns, newest first",
    tag: "interactions",
    query: z.strictObject({
      conversation_id: id.optional(),
      message_id: id.optional(),
      channel: textFilter.optional(),
      account: textFilter.optional(),
      backend: textFilter.optional(),
      success: yesOrNo.optional(),
      ...period,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(interactionRow).meta({ id: "InteractionPage" }),
    handle: ({ query }, { db, caller }) =>
      readPage(
        "interactions",
        query,
        (wanted) => listInteractions(db, { ...query, channels: caller.channels }, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
      ),
  }),
] as const;
