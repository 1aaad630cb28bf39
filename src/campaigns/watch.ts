import type { Channel } from "../channels/channel.ts";
import type { CampaignSettings } from "../config/settings.ts";
import { changeState, finishCampaign, listInState } from "../db/campaign-life.ts";
import { seemsFinished } from "../db/campaign-standings.ts";
import { readTrouble } from "../db/campaign-trouble.ts";
import { skipCancelled, withdrawHalted } from "../db/campaign-withdraw.ts";
import type { CampaignRow } from "../db/campaigns.ts";
import type { Database } from "../db/driver.ts";
import { judge } from "./guard.ts";
import { BRIDGE, pauseCampaign } from "./pause.ts";
import { contentIn } from "./personal-content.ts";

export interface WatchDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly settings: Pick<CampaignSettings, "errorRate" | "errorSample" | "errorWindowMs">;
}

/** Takes campaigns on that nobody has to tell to: they begin, pause by themselves, end, and are taken back. */
export type Watch = () => Promise<void>;

/** Builds the look at all campaigns. Every process may look; each change is made once. */
export function createWatch({ db, channels, settings }: WatchDependencies): Watch {
  const names = [...channels.keys()];

  const begin = async (campaign: CampaignRow): Promise<void> => {
    const content = await contentIn(db, campaign, undefined);
    if (content.kind === "refused") {
      const [problem = ""] = content.problems;
      await pauseCampaign(db, campaign.id, { reason: "template_unusable", detail: { problem } });
      return;
    }
    await changeState(db, campaign.id, "startDue", { actor: BRIDGE });
  };

  const look = async (campaign: CampaignRow): Promise<void> => {
    const known = channels.get(campaign.channel)?.channel.accounts ?? [];
    const windowMs = settings.errorWindowMs;
    const trouble = await readTrouble(db, campaign.id, { windowMs, known });
    const reason = trouble && judge(trouble, campaign.guard, settings);
    if (reason !== undefined) await pauseCampaign(db, campaign.id, reason);
    else if (await seemsFinished(db, campaign.id)) await finishCampaign(db, campaign.id);
  };

  return async () => {
    for (const campaign of await listInState(db, "scheduled", names)) await begin(campaign);
    for (const campaign of await listInState(db, "running", names)) await look(campaign);
    await withdrawHalted(db);
    await skipCancelled(db);
  };
}
