import { z } from "zod";
import { messagesWebhook } from "../standins/graph-webhooks.ts";
import type { BridgeProcess } from "./bridge-process.ts";
import { ACCOUNT, ADMIN_KEY, eventually, type World } from "./world.ts";

/** Statuses in one webhook of the provider. */
const STATUSES_AT_ONCE = 250;

/** A campaign as the API shows it, as far as crash tests look. */
export const campaignDetail = z.object({
  id: z.string(),
  state: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});

/** Calls a bridge's API; a text is sent as CSV. */
export async function call(
  bridge: BridgeProcess,
  method: string,
  route: string,
  body?: object | string,
) {
  const isText = typeof body === "string";
  const response = await fetch(`${bridge.url}/api/v1${route}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      "content-type": isText ? "text/csv" : "application/json",
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

/** The figures that a bridge shows. */
export async function readCampaign(bridge: BridgeProcess, id: string) {
  return campaignDetail.parse((await call(bridge, "GET", `/campaigns/${id}`)).answer);
}

/** What the provider repeats for days: the status of each message it took, with our id in it. */
export async function repeatStatuses({ graph, post }: World, bridge: BridgeProcess): Promise<void> {
  const all = graph.sent.map(({ wamid, to, opaque }) => ({
    id: wamid,
    status: "delivered",
    timestamp: String(Math.floor(Date.now() / 1_000)),
    recipient_id: to.replace(/^\+/, ""),
    biz_opaque_callback_data: opaque,
  }));
  for (let first = 0; first < all.length; first += STATUSES_AT_ONCE) {
    const statuses = all.slice(first, first + STATUSES_AT_ONCE);
    const webhook = messagesWebhook(ACCOUNT, { statuses });
    await eventually(async () => (await post(webhook, bridge)) === 200);
  }
}
