import { randomUUIDv7 } from "node:crypto";
import type { Buckets } from "../cache/cache.ts";
import type { Channel } from "../channels/channel.ts";
import { keepPayloads } from "../db/button-payloads.ts";
import {
  giveBack,
  leaseRecipients,
  releaseRecipients,
  skipRecipients,
} from "../db/campaign-release.ts";
import { readStandings } from "../db/campaign-standings.ts";
import type { CampaignRow } from "../db/campaigns.ts";
import type { Database } from "../db/driver.ts";
import { takeRoom } from "./capacity.ts";
import { isInHours } from "./hours.ts";
import { pauseCampaign } from "./pause.ts";
import { prepareRecipients } from "./prepare-recipients.ts";

export interface DispatchDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  readonly buckets: Pick<Buckets, "reserveMany">;
  readonly bulkShare: number;
  readonly now: () => Date;
  /** Messages are in the outbox. */
  readonly onWork: () => void;
}

/** Releases what a running campaign may send now; returns how many recipients were looked at. Throws `store_*`. */
export type Dispatch = (campaign: CampaignRow) => Promise<number>;

/** How long a process has for what it leased; after it died, others take over. */
const LEASE_MS = 30_000;

/** Pause of somebody whose account has no room, so that others are not held up. */
const WAIT_MS = 1_000;

/** Builds the step that puts the messages of campaigns into outboxes, at their pace. */
export function createDispatch(deps: DispatchDependencies): Dispatch {
  const { db, channels, buckets, bulkShare } = deps;
  return async (campaign) => {
    const channel = channels.get(campaign.channel)?.channel;
    if (channel === undefined || !isInHours(campaign.hours, deps.now())) return 0;
    const standings = await readStandings(db, campaign);
    const room = await takeRoom(buckets, {
      campaign,
      ratePerSecond: campaign.rate_per_second,
      limits: channel.limits,
      bulkShare,
      standings: standings.filter((one) => one.is_connected),
    });
    const limit = [...room.values()].reduce((total, places) => total + places, 0);
    if (limit === 0) return 0;
    const lease = randomUUIDv7();
    const leasing = { campaignId: campaign.id, lease, limit, leaseMs: LEASE_MS };
    const recipients = await leaseRecipients(db, leasing);
    if (recipients.length === 0) return 0;
    const prepared = await prepareRecipients({ db, campaign, channel, room }, recipients);
    if (prepared.halt !== undefined) {
      const [problem = ""] = prepared.halt;
      await pauseCampaign(db, campaign.id, { reason: "template_unusable", detail: { problem } });
    }
    if (prepared.kept.length > 0) await keepPayloads(db, prepared.kept);
    await skipRecipients(db, lease, prepared.skipped);
    await giveBack(db, lease, prepared.waiting, WAIT_MS);
    const ids = prepared.ready.map(({ recipientId }) => recipientId);
    if (await releaseRecipients(db, campaign.id, lease, prepared.ready)) deps.onWork();
    else await giveBack(db, lease, ids, 0);
    return recipients.length;
  };
}
