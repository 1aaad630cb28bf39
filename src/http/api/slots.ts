import { recordAudit } from "../../db/audit.ts";
import { changeSlots, endSession, findSlots, slotsRow } from "../../db/remembered.ts";
import { BridgeError } from "../../errors.ts";
import { changesIn, namedValues, refuseUnchanged } from "./changes.ts";
import { conversationDetail, mustFindConversation, readConversation } from "./conversation-view.ts";
import { nothing } from "./parameters.ts";
import type { ApiContext } from "./route.ts";
import { defineRoute } from "./route.ts";

const tag = "conversations";

const slots = slotsRow.meta({ id: "Slots" });

async function readSlots(id: string, { db }: Pick<ApiContext, "db">) {
  const found = await findSlots(db, id);
  if (found === undefined)
    throw new BridgeError("request_not_found", "there is no conversation with this id");
  return found;
}

/** What a conversation knows in its session. */
export const slotRoutes = [
  defineRoute({
    method: "get",
    path: "/conversations/{id}/slots",
    scope: "conversations:read",
    summary: "Shows what a conversation knows in its session",
    tag,
    query: nothing,
    body: nothing,
    answer: slots,
    handle: async (input, deps) => {
      await mustFindConversation(input.id, deps);
      return readSlots(input.id, deps);
    },
  }),
  defineRoute({
    method: "patch",
    path: "/conversations/{id}/slots",
    scope: "conversations:write",
    summary: "Sets slots by name; null forgets one, and those not named stay",
    tag,
    query: nothing,
    body: namedValues.meta({ id: "SlotChange" }),
    answer: slots,
    handle: async (input, deps) => {
      await mustFindConversation(input.id, deps);
      const changes = changesIn(input.body);
      refuseUnchanged(await changeSlots(deps.db, input.id, changes), "conversation");
      return readSlots(input.id, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/conversations/{id}/reset",
    scope: "conversations:write",
    summary: "Ends the session: its slots are forgotten, and the next message begins a new one",
    tag,
    query: nothing,
    body: nothing,
    answer: conversationDetail,
    writesAudit: true,
    handle: async (input, deps) => {
      await mustFindConversation(input.id, deps);
      if (!(await endSession(deps.db, input.id)))
        throw new BridgeError("request_not_found", "there is no conversation with this id");
      const { actor, tenant } = deps.caller;
      const entry = { actor, tenant, action: "conversation_reset", subject: input.id, detail: {} };
      await recordAudit(deps.db, entry);
      return readConversation(input.id, deps);
    },
  }),
] as const;
