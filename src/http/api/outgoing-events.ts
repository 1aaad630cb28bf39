import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import {
  EVENT_STATES,
  listOutgoingEvents,
  outgoingEventRow,
  replayOutgoingEvent,
} from "../../db/outgoing-events-read.ts";
import { BridgeError } from "../../errors.ts";
import { EVENT_TYPES } from "../../event-types.ts";
import { mustStandAbove } from "./caller.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const tag = "outgoing events";

const outgoingEvent = outgoingEventRow.meta({ id: "OutgoingEvent" });

/** What the operator's own systems were told, and what they still have to be told. */
export const outgoingEventRoutes = [
  defineRoute({
    method: "get",
    path: "/outgoing-events",
    scope: "events:read",
    summary: "Lists events for your own systems, newest first",
    tag,
    query: z.strictObject({
      state: z.enum(EVENT_STATES).optional(),
      endpoint: textFilter.optional(),
      type: z.enum(EVENT_TYPES).optional(),
      ...paging,
    }),
    body: nothing,
    answer: pageOf(outgoingEvent).meta({ id: "OutgoingEventPage" }),
    handle: async ({ query }, { db, caller }) => {
      mustStandAbove(caller);
      return readPage(
        "outgoing-events",
        query,
        (wanted) => listOutgoingEvents(db, query, wanted),
        (row) => ({ at: row.created_at, id: row.id }),
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/outgoing-events/{id}/replay",
    scope: "events:write",
    summary: "Sends an event again, under the same id",
    tag,
    status: 202,
    query: nothing,
    body: nothing,
    answer: outgoingEvent,
    writesAudit: true,
    handle: async ({ id }, { db, caller }) => {
      mustStandAbove(caller);
      const event = await replayOutgoingEvent(db, id);
      if (event === undefined)
        throw new BridgeError("request_not_found", "there is no event with this id");
      const { endpoint } = event;
      const detail = { endpoint };
      await recordAudit(db, { actor: caller.actor, action: "event_replay", subject: id, detail });
      return event;
    },
  }),
] as const;
