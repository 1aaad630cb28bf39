/** A file of the spool, and what it still holds. */
export interface Segment {
  readonly file: string;
  bytes: number;
  /** When the first webhook of it arrived, milliseconds since 1970; undefined where it holds none. */
  firstAt: number | undefined;
  /** Webhooks that are still to be stored, by channel. */
  readonly counts: Map<string, number>;
}

/** Counts what is in the spool. */
export interface Ledger {
  /** Webhooks of a channel. */
  readonly of: (channel: string) => number;
  readonly entries: () => number;
  readonly add: (counts: Map<string, number>, channel: string) => void;
  readonly remove: (counts: Map<string, number>, channel: string) => void;
  /** Counts what a segment really holds, in place of what it was taken to hold. */
  readonly recount: (segment: Segment, channels: readonly string[]) => void;
}

/** Begins with nothing. */
export function createLedger(): Ledger {
  const totals = new Map<string, number>();
  const bump = (counts: Map<string, number>, channel: string, by: number): void => {
    const next = (counts.get(channel) ?? 0) + by;
    if (next > 0) counts.set(channel, next);
    else counts.delete(channel);
  };
  const change = (counts: Map<string, number>, channel: string, by: number): void => {
    bump(counts, channel, by);
    bump(totals, channel, by);
  };
  return {
    of: (channel) => totals.get(channel) ?? 0,
    entries: () => [...totals.values()].reduce((sum, count) => sum + count, 0),
    add: (counts, channel) => change(counts, channel, 1),
    remove: (counts, channel) => {
      if (counts.has(channel)) change(counts, channel, -1);
    },
    recount: ({ counts }, channels) => {
      for (const channel of channels) bump(totals, channel, 1);
      for (const [channel, count] of counts) bump(totals, channel, -count);
      counts.clear();
      for (const channel of channels) bump(counts, channel, 1);
    },
  };
}
