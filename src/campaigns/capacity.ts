import type { Buckets } from "../cache/cache.ts";
import type { SendLimits } from "../channels/channel.ts";
import type { AccountStanding } from "../db/campaign-standings.ts";
import type { Room } from "./choose-account.ts";

/** Seconds of a campaign's rate that may wait in the outbox: few, so that pausing is quick and replies find room. */
const AHEAD_SECONDS = 2;
/** So few may always wait there: one slow answer must not stop a slow campaign. */
const AHEAD_LEAST = 10;

/** Share of a second's messages that may be released at once after a pause of this process. */
const BURST_SHARE = 0.5;

/** Messages of one account that wait where they go out one after the other, with long pauses. */
const LANE_AHEAD = 2;

/** Messages per second and account of a channel that names no limit. */
const UNLIMITED_PER_SECOND = 100;

/** Recipients released in one transaction. */
const CHUNK = 500;

interface Asking {
  readonly campaign: { readonly id: string; readonly channel: string };
  /** The campaign's own rate; as fast as its accounts allow where null. */
  readonly ratePerSecond: number | null;
  readonly limits: SendLimits | undefined;
  readonly bulkShare: number;
  /** Of the accounts that work. */
  readonly standings: readonly AccountStanding[];
}

/** Messages per second that a campaign comes to at most: its own rate, and what its accounts leave to bulk messages. */
export function speedOf({ ratePerSecond, limits, bulkShare, standings }: Omit<Asking, "campaign">) {
  const perAccount = (limits?.accountPerSecond ?? UNLIMITED_PER_SECOND) * bulkShare;
  const all = perAccount * standings.length;
  return { perAccount, perSecond: Math.min(ratePerSecond ?? all, all) };
}

function bucketOf(perSecond: number) {
  return {
    burst: Math.max(1, Math.ceil(perSecond * BURST_SHARE)),
    intervalMs: 1_000 / perSecond,
  };
}

/**
 * Takes, from the limits of a campaign and its accounts, how many messages each account may be given now; none for one
 * that has enough to do.
 */
export async function takeRoom(
  buckets: Pick<Buckets, "reserveMany">,
  asking: Asking,
): Promise<Room> {
  const { campaign, ratePerSecond, limits, standings } = asking;
  const { perAccount, perSecond } = speedOf(asking);
  const inFlight = standings.reduce((total, one) => total + one.in_flight, 0);
  const ahead = Math.max(AHEAD_LEAST, Math.ceil(perSecond * AHEAD_SECONDS));
  const free = inTurn(standings).map((one) => ({
    account: one.account,
    free: limits?.lane === undefined ? CHUNK : Math.max(0, LANE_AHEAD - one.in_flight),
  }));
  const places = free.reduce((total, one) => total + one.free, 0);
  const wanted = Math.min(CHUNK, ahead - inFlight, places);
  const room: Room = new Map(standings.map(({ account }) => [account, 0]));
  if (wanted <= 0) return room;
  const granted =
    ratePerSecond === null
      ? wanted
      : await buckets.reserveMany(`campaign\n${campaign.id}`, bucketOf(ratePerSecond), wanted);
  let left = granted;
  for (const [index, one] of free.entries()) {
    const share = Math.min(one.free, Math.ceil(left / (free.length - index)));
    if (share <= 0) continue;
    const key = `bulk\n${campaign.channel}\n${one.account}`;
    const taken = await buckets.reserveMany(key, bucketOf(perAccount), share);
    room.set(one.account, taken);
    left -= taken;
  }
  return room;
}

/** Those with the least to do first, and of equals another one each time: a slow campaign uses all its accounts. */
function inTurn(standings: readonly AccountStanding[]): readonly AccountStanding[] {
  return standings
    .map((one) => ({ one, tie: Math.random() }))
    .toSorted((a, b) => a.one.in_flight - b.one.in_flight || a.tie - b.tie)
    .map(({ one }) => one);
}
