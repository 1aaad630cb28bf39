import type { Figures, RecipientStatus } from "./types.ts";

export const FUNNEL_STEPS = ["audience", "released", "sent", "delivered", "read"] as const;

export type FunnelStepName = (typeof FUNNEL_STEPS)[number];

/** One step of a campaign's funnel; shares are of 0 to 1, null where nothing came before. */
export interface FunnelStep {
  readonly name: FunnelStepName;
  readonly count: number;
  readonly ofPrevious: number | null;
  readonly ofAudience: number | null;
}

/** Who left the way, beside the funnel. */
export const ASIDE = [
  "queued",
  "failed",
  "uncertain",
  "skipped",
] as const satisfies RecipientStatus[];

export interface FunnelSide {
  readonly name: (typeof ASIDE)[number];
  readonly count: number;
  readonly ofAudience: number | null;
}

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Who is no longer waiting and was not left out: the provider was asked to take a message to them. */
const releasedOf = ({ audience, queued, skipped }: Figures): number => audience - queued - skipped;

/** The steps from everybody on the list to whoever read, each a part of the one before. */
export function funnelSteps(figures: Figures): readonly FunnelStep[] {
  const counts: Readonly<Record<FunnelStepName, number>> = {
    audience: figures.audience,
    released: releasedOf(figures),
    sent: figures.reached_sent,
    delivered: figures.reached_delivered,
    read: figures.reached_read,
  };
  return FUNNEL_STEPS.map((name, index) => {
    const before = FUNNEL_STEPS[index - 1];
    const count = counts[name];
    return {
      name,
      count,
      ofPrevious: before === undefined ? null : shareOf(count, counts[before]),
      ofAudience: shareOf(count, figures.audience),
    };
  });
}

export function funnelAside(figures: Figures): readonly FunnelSide[] {
  return ASIDE.map((name) => ({
    name,
    count: figures[name],
    ofAudience: shareOf(figures[name], figures.audience),
  }));
}

/** How many need nothing more of us, of everybody: what the progress bar shows. */
export function settledOf({ audience, queued }: Figures): number {
  return audience - queued;
}
