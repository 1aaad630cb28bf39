import { z } from "zod";
import { eventRow, findEvent, listEvents } from "../../db/events-read.ts";
import { BridgeError } from "../../errors.ts";
import { owns } from "./caller.ts";
import { eventDetail, showEvent } from "./event-body.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, period, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const tag = "events";

/** More bytes than the body of any webhook that is accepted. */
const WHOLE_BODY_BYTES = 16_777_216;

const notFound = () => new BridgeError("request_not_found", "there is no event with this id");

const eventReplay = z
  .strictObject({
    id: z.guid(),
    state: z.enum(["stored", "quarantined"]),
    reason: z.string().nullable(),
    event_count: z.int(),
  })
  .meta({ id: "EventReplay" });

/** Every webhook that was received. */
export const eventRoutes = [
  defineRoute({
    method: "get",
    path: "/events",
    scope: "events:read",
    summary: "Lists received webhooks, newest first",
    tag,
    query: z.strictObject({
      channel: textFilter.optional(),
      state: z.enum(["stored", "quarantined"]).optional(),
      ...period,
      ...paging,
    }),
    body: nothing,
    answer: pageOf(eventRow.meta({ id: "Event" })).meta({ id: "EventPage" }),
    handle: ({ query }, { db, caller }) =>
      readPage(
        "events",
        query,
        (wanted) => listEvents(db, { ...query, channels: caller.channels }, wanted),
        (row) => ({ at: row.received_at, id: row.id }),
      ),
  }),
  defineRoute({
    method: "get",
    path: "/events/{id}",
    scope: "events:read",
    summary: "Shows a received webhook with its body",
    tag,
    query: nothing,
    body: nothing,
    answer: eventDetail,
    handle: async (input, { db, caller }) => {
      const event = await findEvent(db, input.id, WHOLE_BODY_BYTES);
      if (event === undefined || !owns(caller, event.channel)) throw notFound();
      return showEvent(event);
    },
  }),
  defineRoute({
    method: "post",
    path: "/events/{id}/replay",
    scope: "events:write",
    summary:
      "Sends a webhook through the pipeline again; what is known already has no second effect",
    tag,
    query: nothing,
    body: nothing,
    answer: eventReplay,
    handle: async (input, { db, replayEvent, caller }) => {
      const event = await findEvent(db, input.id, 0);
      if (event === undefined || !owns(caller, event.channel)) throw notFound();
      if (event.discarded_at !== null)
        throw new BridgeError(
          "request_conflict",
          "this webhook was discarded: it stays in the log",
        );
      const { state, reason, eventCount } = await replayEvent(input.id);
      return { id: input.id, state, reason, event_count: eventCount };
    },
  }),
] as const;
