import { z } from "zod";
import { readHistory } from "../../db/message-history-read.ts";
import { findMessage, listMessages, MESSAGE_STATUSES } from "../../db/messages-read.ts";
import { listRouteSteps } from "../../db/substitutes.ts";
import { BridgeError } from "../../errors.ts";
import { mustOwn } from "./caller.ts";
import { explainMessage, explanation } from "./explain.ts";
import { message, routedMessage, showDetail, showMessage, showRoute } from "./message-schemas.ts";
import { pageOf, readPage } from "./paging.ts";
import { id, nothing, paging, period, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { sendRoutes } from "./send.ts";

const tag = "messages";

/** What was said, both ways, and what is to be said. */
export const messageRoutes = [
  ...sendRoutes,
  defineRoute({
    method: "get",
    path: "/messages",
    scope: "messages:read",
    summary: "Lists messages, newest first",
    tag,
    query: z.strictObject({
      conversation_id: id.optional(),
      channel: textFilter.optional(),
      account: textFilter.optional(),
      direction: z.enum(["in", "out"]).optional(),
      status: z.enum(MESSAGE_STATUSES).optional(),
      external_id: textFilter.optional(),
      correlation_id: textFilter.optional(),
      ...period,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(message).meta({ id: "MessagePage" }),
    handle: async ({ query, language }, deps) => {
      const page = await readPage(
        "messages",
        query,
        (wanted) => listMessages(deps.db, { ...query, channels: deps.caller.channels }, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
      );
      return { ...page, data: page.data.map((row) => showMessage(row, { deps, language })) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/messages/{id}",
    scope: "messages:read",
    summary: "Shows a message with its tries and statuses",
    tag,
    query: nothing,
    body: nothing,
    answer: routedMessage,
    handle: async (input, deps) => {
      const row = await findMessage(deps.db, input.id);
      if (row === undefined)
        throw new BridgeError("request_not_found", "there is no message with this id");
      mustOwn(deps.caller, row.channel, "message");
      const history = await readHistory(deps.db, [row.id]);
      const route = await listRouteSteps(deps.db, row.id);
      return {
        ...showDetail(row, history, { deps, language: input.language }),
        ...showRoute(row, route),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/messages/{id}/explain",
    scope: "messages:read",
    summary:
      "Shows a message's whole way: webhook, parsed message, answer, payloads, tries, statuses",
    tag,
    query: nothing,
    body: nothing,
    answer: explanation,
    handle: (input, deps) => explainMessage(input.id, { deps, language: input.language }),
  }),
] as const;
