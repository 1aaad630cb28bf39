/** What is left of a plan to send something at fixed instants. */
export interface Schedule {
  /** The number of the next thing whose instant has come; undefined while none has. */
  readonly take: (nowMs: number) => number | undefined;
  /** When a thing was to be sent, whether or not it could be: times are counted from here. */
  readonly dueAt: (n: number) => number;
}

/** Plans `count` things, `perSecond` of them from `beganMs` on, evenly. */
export function createSchedule({
  beganMs,
  perSecond,
  count,
}: {
  readonly beganMs: number;
  readonly perSecond: number;
  readonly count: number;
}): Schedule {
  let next = 0;
  const dueAt = (n: number): number => beganMs + (n * 1_000) / perSecond;
  return {
    take: (nowMs) => (next < count && dueAt(next) <= nowMs ? next++ : undefined),
    dueAt,
  };
}
