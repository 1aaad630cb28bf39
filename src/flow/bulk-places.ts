/** The places of a process that bulk messages may take. */
export interface BulkPlaces {
  /** How many more conversations to claim for bulk alone, beside so many that are being worked on. */
  readonly toClaim: (active: number) => number;
  /** Notes how many a claim brought of those it asked for. */
  readonly claimed: (asked: number, brought: number) => void;
  /** Whether it is worth asking for more as soon as one of them ends; else the next look that is due anyway will do. */
  readonly isWanting: (active: number) => boolean;
}

/** Share of a process's places that bulk messages may take, so that a reply always finds one. */
const BULK_SHARE = 0.75;

/** Share of those that have to be free before more are claimed: one at a time, each would cost statements of its own. */
const BATCH_SHARE = 0.125;

/** Keeps count for one process that works on `concurrency` conversations at once. */
export function createBulkPlaces(concurrency: number): BulkPlaces {
  const places = Math.max(1, Math.floor(concurrency * BULK_SHARE));
  const batch = Math.max(1, Math.floor(places * BATCH_SHARE));
  // A claim that brought all it asked for has probably left some.
  let hasLeftSome = true;
  const toClaim = (active: number): number => (places - active >= batch ? places - active : 0);
  return {
    toClaim,
    claimed: (asked, brought) => {
      hasLeftSome = brought >= asked;
    },
    isWanting: (active) => hasLeftSome && toClaim(active) > 0,
  };
}
