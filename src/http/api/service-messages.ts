import { z } from "zod";
import { serviceCost } from "../../campaigns/costs.ts";
import { readServiceMessages } from "../../db/costs.ts";
import { owns } from "./caller.ts";
import { costView, showCost } from "./cost-view.ts";
import { nothing, textFilter } from "./parameters.ts";
import { pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const month = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, "must be a month such as 2026-11")
  .meta({ description: "The month, in UTC; the present one where absent." });

const serviceMessages = z
  .strictObject({
    channel: z.string(),
    account: z.string(),
    month: z.string(),
    service_messages: z.int(),
    free_allowance: z.int(),
    left: z.int().meta({ description: "Of the allowance." }),
    estimated_cost: costView,
  })
  .meta({ id: "ServiceMessages" });

/** What is no template is billed from a number of messages on, by number and month. */
export const serviceMessageRoutes = [
  defineRoute({
    method: "get",
    path: "/stats/service-messages",
    scope: "stats:read",
    summary: "Counts the service messages of each account and month against the free allowance",
    tag: "statistics",
    query: z.strictObject({ month: month.optional(), channel: textFilter.optional() }),
    body: nothing,
    answer: pageOf(serviceMessages).meta({ id: "ServiceMessagesPage" }),
    handle: async ({ query, language }, { db, channels, caller, costs }) => {
      const accounts = [...channels].flatMap(([name, { channel }]) =>
        // Only where a window closes are messages told apart in this way.
        channel.windowMs === undefined || !owns(caller, name) || (query.channel ?? name) !== name
          ? []
          : channel.accounts.map((account) => ({ channel: name, account })),
      );
      const asked = query.month ?? new Date().toISOString().slice(0, 7);
      const used = await readServiceMessages(db, accounts, asked);
      const data = used.map((one) => {
        const { count, left, cost } = serviceCost(costs, one);
        return {
          channel: one.channel,
          account: one.account,
          month: one.month,
          service_messages: count,
          free_allowance: costs.freeServiceMessages,
          left,
          estimated_cost: showCost(cost, language),
        };
      });
      return { data, next_cursor: null };
    },
  }),
] as const;
