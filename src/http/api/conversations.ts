import { z } from "zod";
import { CONVERSATION_STATES } from "../../db/conversation-search.ts";
import { listConversations } from "../../db/conversations-read.ts";
import { pauseConversation, resumeConversation } from "../../db/pauses.ts";
import { BridgeError } from "../../errors.ts";
import {
  conversation,
  conversationDetail,
  mustFindConversation,
  readConversation,
  showConversation,
} from "./conversation-view.ts";
import type { ApiContext } from "./route.ts";
import { message, showMessage } from "./message-schemas.ts";
import { pageOf, readPage } from "./paging.ts";
import { id, nothing, paging, period, textFilter, yesOrNo } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { readTimeline } from "./timeline.ts";

const tag = "conversations";

/** Minutes a person may take over for: without a word, the 24 hours of a customer-service window; at most 30 days. */
const PAUSE_MINUTES = { default: 1440, max: 43_200 } as const;

/** Characters of a search. */
const SEARCH_LENGTH = 100;

const searchText = z
  .string()
  .trim()
  .min(1)
  .max(SEARCH_LENGTH)
  .refine((text) => !text.includes("\u0000"), "must not contain NUL")
  .meta({
    description:
      "Part of a number from four digits on, the beginning of a name, or part of what was said last.",
  });

const notFound = () =>
  new BridgeError("request_not_found", "there is no conversation with this id");

/** Shows a conversation as it is after a change. */
async function showChanged(conversationId: string, isFound: boolean, deps: ApiContext) {
  if (!isFound) throw notFound();
  return readConversation(conversationId, deps);
}

/** Who we talk with, and whether the bridge answers. */
export const conversationRoutes = [
  defineRoute({
    method: "get",
    path: "/conversations",
    scope: "conversations:read",
    summary: "Lists conversations, the last changed first",
    tag,
    query: z.strictObject({
      channel: textFilter.optional(),
      account: textFilter.optional(),
      contact_id: id.optional(),
      q: searchText.optional(),
      state: z
        .enum(CONVERSATION_STATES)
        .optional()
        .meta({ description: "`human`: paused; `bot`: neither paused nor opted out." }),
      backend: textFilter.optional().meta({ description: "The backend that answered last." }),
      trouble: yesOrNo.optional().meta({
        description: "Whether our last message failed or one of the person's was given up.",
      }),
      ...paging,
    }),
    body: nothing,
    answer: pageOf(conversation).meta({ id: "ConversationPage" }),
    handle: async ({ query }, { db, channels, caller }) => {
      const page = await readPage(
        "conversations",
        query,
        (wanted) => listConversations(db, { ...query, channels: caller.channels }, wanted),
        (row) => ({ at: row.updated_at, id: row.id }),
      );
      return { ...page, data: page.data.map((row) => showConversation(row, channels)) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/conversations/{id}",
    scope: "conversations:read",
    summary: "Shows a conversation with its person, consent and pending work",
    tag,
    query: nothing,
    body: nothing,
    answer: conversationDetail,
    handle: (input, deps) => readConversation(input.id, deps),
  }),
  defineRoute({
    method: "get",
    path: "/conversations/{id}/messages",
    scope: "conversations:read",
    summary: "Lists the messages of a conversation, newest first where nothing else is said",
    tag,
    query: z.strictObject({
      order: z.enum(["asc", "desc"]).default("desc"),
      around: id.optional().meta({
        description: "A message that stands in the middle of the first page.",
      }),
      ...period,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(message).meta({ id: "ConversationMessagePage" }),
    handle: async (input, deps) => {
      const { query, language } = input;
      await mustFindConversation(input.id, deps);
      const page = await readTimeline(deps.db, input.id, query);
      return { ...page, data: page.data.map((row) => showMessage(row, { deps, language })) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/conversations/{id}/pause",
    scope: "conversations:write",
    summary: "Keeps the bridge from answering, so that a person can",
    tag,
    query: nothing,
    body: z
      .strictObject({
        minutes: z
          .int()
          .min(1)
          .max(PAUSE_MINUTES.max)
          .default(PAUSE_MINUTES.default)
          .meta({ description: "How long, from now on." }),
      })
      .meta({ id: "Pause" }),
    answer: conversationDetail,
    handle: async (input, deps) => {
      await mustFindConversation(input.id, deps);
      const isFound = await pauseConversation(deps.db, input.id, input.body.minutes);
      return showChanged(input.id, isFound, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/conversations/{id}/resume",
    scope: "conversations:write",
    summary: "Lets the bridge answer again",
    tag,
    query: nothing,
    body: nothing,
    answer: conversationDetail,
    handle: async (input, deps) => {
      await mustFindConversation(input.id, deps);
      return showChanged(input.id, await resumeConversation(deps.db, input.id), deps);
    },
  }),
] as const;
