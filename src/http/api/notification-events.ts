import { z } from "zod";
import {
  EVENT_OUTCOMES,
  listNotificationEvents,
  notificationEventRow,
} from "../../db/notification-events.ts";
import { pageOf, readPage } from "./paging.ts";
import { nothing, paging, textFilter } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const notificationEvent = notificationEventRow.meta({ id: "NotificationEvent" });

/** What became of events from RabbitMQ. */
export const notificationEventRoutes = [
  defineRoute({
    method: "get",
    path: "/notifications/events",
    scope: "messages:read",
    summary: "Lists events from RabbitMQ and what became of them, newest first",
    tag: "notifications",
    query: z.strictObject({
      outcome: z.enum(EVENT_OUTCOMES).optional(),
      rule: textFilter.optional(),
      type: textFilter.optional(),
      event_id: textFilter.optional().meta({ description: "What its publisher calls it." }),
      ...paging,
    }),
    body: nothing,
    answer: pageOf(notificationEvent).meta({ id: "NotificationEventPage" }),
    handle: ({ query }, { db, caller }) => {
      const { event_id: eventId, ...filter } = query;
      return readPage(
        "notification-events",
        query,
        (page) =>
          listNotificationEvents(db, { ...filter, eventId, channels: caller.channels }, page),
        (row) => ({ at: row.received_at, id: row.id }),
      );
    },
  }),
] as const;
