/** What to claim next. */
export interface Wanted {
  readonly channels: readonly string[];
  /** Conversations at most, whichever of the channels they are of; 0 where there is nothing to claim. */
  readonly limit: number;
}

/** Share of the places that other channels leave which one channel may take: a provider that hangs never holds the last ones. */
const CHANNEL_SHARE = 0.75;

/** Share of those that have to be free before a channel is claimed from again: a few at a time would cost many statements. */
const BATCH_SHARE = 0.125;

/**
 * Divides the places of one process, which works on `concurrency` conversations at once, among its channels: returns what
 * may be claimed beside those that are being worked on, given by their channels. Where it serves one channel only, that one
 * takes them all.
 */
export function createChannelPlaces(
  concurrency: number,
  channels: readonly string[],
): (active: readonly string[]) => Wanted {
  return (active) => {
    const free = concurrency - active.length;
    if (channels.length < 2 || free <= 0) return { channels, limit: Math.max(0, free) };
    const counts = new Map<string, number>();
    for (const channel of active) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    const open: string[] = [];
    let limit = free;
    for (const channel of channels) {
      const own = counts.get(channel) ?? 0;
      const places = Math.max(1, Math.floor((free + own) * CHANNEL_SHARE));
      const left = places - own;
      if (left < Math.max(1, Math.floor(places * BATCH_SHARE))) continue;
      open.push(channel);
      limit = Math.min(limit, left);
    }
    return { channels: open, limit: open.length === 0 ? 0 : limit };
  };
}
