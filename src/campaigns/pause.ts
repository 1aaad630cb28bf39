import { changeState } from "../db/campaign-life.ts";
import type { Queryable } from "../db/driver.ts";
import type { PauseReason } from "./guard.ts";

/** Who changes a campaign's state by itself, for its log. */
export const BRIDGE = "bridge";

/** Pauses a campaign for a reason of the bridge's own; nothing where it does not run any more. Throws `store_*`. */
export async function pauseCampaign(
  db: Queryable,
  campaignId: string,
  { reason, detail }: PauseReason,
): Promise<void> {
  await changeState(db, campaignId, "pause", { actor: BRIDGE, detail: { reason, ...detail } });
}
