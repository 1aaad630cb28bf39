/** How a campaign gets on. */
export interface Progress {
  readonly queued: number;
  /** Sent in the last minute. */
  readonly sentPerMinute: number;
  /** What the campaign may send; undefined: as fast as its accounts allow. */
  readonly ratePerSecond?: number | undefined;
}

/**
 * Estimates in how many seconds the last recipient is sent to: by the pace of the last minute, and before there is one by
 * the campaign's own rate. Null where neither says anything.
 */
export function secondsLeft({ queued, sentPerMinute, ratePerSecond }: Progress): number | null {
  if (queued === 0) return 0;
  const perSecond = sentPerMinute > 0 ? sentPerMinute / 60 : ratePerSecond;
  return perSecond === undefined || perSecond <= 0 ? null : Math.ceil(queued / perSecond);
}
