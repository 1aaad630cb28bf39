import { z } from "zod";
import { nothing } from "./parameters.ts";
import { pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const channel = z
  .strictObject({
    name: z.string(),
    type: z.string().meta({ description: "The provider." }),
    accounts: z.array(z.string()),
    delivery: z.enum(["push", "collect"]),
    webhook_path: z.string(),
    webhook_url: z
      .string()
      .nullable()
      .meta({ description: "What to enter at the provider; null without a public URL." }),
  })
  .meta({ id: "Channel" });

/** The configured channels. */
export const channelRoutes = [
  defineRoute({
    method: "get",
    path: "/channels",
    summary: "Lists the configured channels by name",
    tag: "channels",
    query: nothing,
    body: nothing,
    answer: pageOf(channel).meta({ id: "ChannelPage" }),
    handle: (_input, { channels, publicUrl }) => {
      const data = [...channels].map(([name, configured]) => {
        const path = `/webhooks/${encodeURIComponent(name)}/webhook`;
        return {
          name,
          type: configured.type,
          accounts: [...configured.channel.accounts],
          delivery: configured.channel.delivery,
          webhook_path: path,
          webhook_url: publicUrl === undefined ? null : `${publicUrl}${path}`,
        };
      });
      data.sort((a, b) => (a.name < b.name ? -1 : 1));
      return Promise.resolve({ data, next_cursor: null });
    },
  }),
] as const;
