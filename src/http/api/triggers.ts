import { z } from "zod";
import { enqueueTrigger } from "../../db/triggers.ts";
import { BridgeError } from "../../errors.ts";
import { storableRecord } from "../../storable.ts";
import { mustFindConversation } from "./conversation-view.ts";
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";

/** Characters of an intent's name. */
const MAX_INTENT = 128;

const trigger = z
  .strictObject({
    intent: z
      .string()
      .max(MAX_INTENT)
      .regex(
        /^[\p{L}\p{N}_][\p{L}\p{N}_.+/-]*$/u,
        "must be an intent's name, without a slash before it",
      )
      .meta({
        description: "The intent that the bot is to act upon, such as `EXTERNAL_dry_plant`.",
      }),
    entities: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: "What the bot is told along with it." }),
  })
  .meta({ id: "Trigger" });

/** Lets something outside of a conversation make the bot speak there. */
export const triggerRoutes = [
  defineRoute({
    method: "post",
    path: "/conversations/{id}/trigger",
    scope: "conversations:write",
    summary: "Tells the bot that something happened; what it says goes to the conversation",
    tag: "conversations",
    query: nothing,
    body: trigger,
    status: 202,
    answer: z
      .strictObject({ message_id: z.guid(), status: z.literal("queued") })
      .meta({ id: "QueuedTrigger" }),
    handle: async ({ id: conversationId, body: { intent, entities }, newId }, { db, caller }) => {
      await mustFindConversation(conversationId, { db, caller });
      const messageId = newId("message");
      const row = { conversationId, messageId, intent, entities: storableRecord(entities) };
      if (!(await enqueueTrigger(db, row))) {
        throw new BridgeError("request_not_found", "there is no conversation with this id");
      }
      return { message_id: messageId, status: "queued" as const };
    },
  }),
] as const;
