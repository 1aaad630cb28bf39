import type { Channel } from "../../channels/channel.ts";
import { BridgeError } from "../../errors.ts";
import type { CallTools } from "../../flow/call.ts";
import { inspect } from "../../flow/webhook-desk.ts";

/** The app that a channel's credentials belong to, where the provider says so. */
export async function findApp(channel: Channel, tools: CallTools): Promise<string | undefined> {
  for (const inspection of channel.inspections ?? []) {
    try {
      const { appId } = await inspect(channel, inspection, tools);
      if (appId !== undefined) return appId;
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
    }
  }
  return undefined;
}
