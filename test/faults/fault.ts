/** How much of a fault is run: all of it, or as much as shows in CI that the harness works. */
export interface Size {
  readonly isShort: boolean;
  /** So many rounds, messages or kills: the first in a full run, the second in a short one. */
  readonly of: (full: number, short: number) => number;
}

/** A condition a fault's figures have to meet. */
export interface Mark {
  /** As it stands in the reference, such as "first 200 after the restart within 500 ms". */
  readonly text: string;
  readonly isMet: boolean;
}

/** What a fault came to: counted in the database and at the provider, never in the bridge's own words. */
export interface FaultFigures {
  readonly rounds: number;
  /** Webhooks that were answered with 2xx, or sends that were asked for. */
  readonly acknowledged: number;
  /** Acknowledged and neither stored, answered nor shown as failed. */
  readonly lost: number;
  /** Stored, answered or sent more often than once, beside what was shown as uncertain. */
  readonly duplicated: number;
  /** Handled before one that arrived earlier in the same conversation. */
  readonly outOfOrder: number;
  /** From the end of the fault to the first success, the worst round; undefined where nothing was away. */
  readonly recoveryMs?: number | undefined;
  readonly marks: readonly Mark[];
  /** What else a reader should know: sizes, rates, what was measured on the way. */
  readonly notes?: readonly string[] | undefined;
}

/** One fault and the promises that have to outlive it. */
export interface Fault {
  /** As in the reference: T1, T2b; a control is C1, C2. */
  readonly id: string;
  readonly title: string;
  /**
   * Whether this is a negative control: a wrong bridge, in which the same audit has to find losses. A harness that cannot
   * fail proves nothing.
   */
  readonly isControl?: boolean;
  /** Why it cannot run on this machine, such as a server that is not installed; undefined where it can. */
  readonly missing?: () => string | undefined;
  /** Whether only root may do what it does to the machine, such as mounting a disk. */
  readonly needsRoot?: boolean;
  readonly run: (size: Size) => Promise<FaultFigures>;
}

export const FULL: Size = { isShort: false, of: (full) => full };
export const SHORT: Size = { isShort: true, of: (_full, short) => short };

/** Whether the promises held and every mark was met; for a control, whether the audit found what it had to. */
export function isPassed(fault: Fault, figures: FaultFigures): boolean {
  const broken = figures.lost + figures.duplicated + figures.outOfOrder;
  const areMarksMet = figures.marks.every(({ isMet }) => isMet);
  return areMarksMet && (fault.isControl === true ? broken > 0 : broken === 0);
}
