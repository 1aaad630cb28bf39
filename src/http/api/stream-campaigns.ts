import { readCampaignFigures } from "../../db/campaign-figures.ts";
import { listWatched, type WatchedCampaign } from "../../db/stream-campaigns.ts";
import type { Queryable } from "../../db/driver.ts";
import { hearsCampaigns, type StreamClient, tellCampaign } from "./stream-client.ts";

/** Looks at which a campaign that is over and in which nothing happens any more is forgotten. */
const FORGET_AFTER = 600;

/** Of the time, the part that counting may take: a campaign of a million takes a good part of a second. */
const IDLE_PER_WORK = 9;

interface Known {
  readonly campaign: WatchedCampaign;
  readonly data: object;
  readonly quiet: number;
}

/** Tells clients how campaigns get on. */
export interface CampaignWatch {
  /** Something happened to messages of this campaign. */
  readonly touch: (campaignId: string) => void;
  /** Counts what may have changed and tells it; returns for how many milliseconds it should rest now. */
  readonly look: (clients: ReadonlySet<StreamClient>) => Promise<number>;
}

/** Makes a watch that rests for `everyMs` between two looks, and longer where counting takes long. */
export function createCampaignWatch(db: Queryable, everyMs: number): CampaignWatch {
  const known = new Map<string, Known>();
  const touched = new Set<string>();

  const isStale = (campaign: WatchedCampaign, news: ReadonlySet<string>): boolean => {
    const before = known.get(campaign.id)?.campaign;
    return (
      before === undefined ||
      campaign.state === "running" ||
      news.has(campaign.id) ||
      before.state !== campaign.state ||
      before.updated_at !== campaign.updated_at
    );
  };

  const learn = async (asked: readonly string[]): Promise<void> => {
    const news = new Set(touched);
    touched.clear();
    const campaigns = await listWatched(db, [...news, ...known.keys(), ...asked]);
    const stale = campaigns.filter((campaign) => isStale(campaign, news));
    const figures = await readCampaignFigures(
      db,
      stale.map(({ id }) => id),
    );
    for (const campaign of campaigns) {
      const { id, channel, state } = campaign;
      const counted = figures.get(id);
      const before = known.get(id);
      if (counted !== undefined)
        known.set(id, { campaign, data: { id, channel, state, figures: counted }, quiet: 0 });
      else if (before !== undefined) known.set(id, { ...before, quiet: before.quiet + 1 });
    }
    const alive = new Set(campaigns.map(({ id }) => id));
    for (const [id, { quiet }] of known)
      if (!alive.has(id) || quiet > FORGET_AFTER) known.delete(id);
  };

  return {
    touch: (campaignId) => {
      touched.add(campaignId);
    },
    look: async (clients) => {
      const listeners = [...clients].filter(hearsCampaigns);
      if (listeners.length === 0) {
        touched.clear();
        return everyMs;
      }
      const began = performance.now();
      await learn(listeners.flatMap(({ filter }) => filter.campaign_id ?? []));
      for (const client of listeners)
        for (const { campaign, data } of known.values())
          tellCampaign(client, { id: campaign.id, channel: campaign.channel, data });
      return Math.max(everyMs, (performance.now() - began) * IDLE_PER_WORK);
    },
  };
}
