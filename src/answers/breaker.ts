/** When a backend is left in peace, and for how long. */
export interface BreakerSettings {
  /** Failures in a row after which it is paused. */
  readonly failures: number;
  /** The share of failed calls within the window from which it is paused: 0.5 is every second one. */
  readonly share: number;
  /** Calls within the window below which the share says nothing. */
  readonly calls: number;
  readonly windowMs: number;
  /** How long it is paused; then one call tries whether it is back. */
  readonly pauseMs: number;
}

export const BREAKER_STATES = ["closed", "half_open", "open"] as const;

/** `closed`: calls pass; `open`: none does; `half_open`: one call is trying whether the backend is back. */
export type BreakerState = (typeof BREAKER_STATES)[number];

/** How a call ended. `denied`: no further call can work until a person acts; `unknown`: nothing was learned. */
export type Verdict = "ok" | "failed" | "denied" | "unknown";

/** Ends a call that was let through. */
export type EndCall = (verdict: Verdict) => void;

export interface Breaker {
  /** Lets a call through and gives what must be called at its end; undefined where it must not be made. */
  readonly enter: () => EndCall | undefined;
  readonly state: () => BreakerState;
}

/** Calls that are remembered at most: beyond it the oldest are forgotten. */
const MAX_SAMPLES = 1_000;

/**
 * Builds a circuit breaker with a clock of its caller's. Where one call tries a paused backend the others do not wait for
 * it: they are refused at once, so that the next backend answers.
 */
export function createBreaker(
  settings: BreakerSettings,
  now: () => number,
  onChange: (state: BreakerState) => void = () => undefined,
): Breaker {
  let state: BreakerState = "closed";
  let openedAt = 0;
  let inRow = 0;
  let samples: { readonly at: number; readonly failed: boolean }[] = [];

  const change = (to: BreakerState): void => {
    if (state === to) return;
    state = to;
    onChange(to);
  };
  const open = (since: number): void => {
    openedAt = since;
    change("open");
  };
  const close = (): void => {
    inRow = 0;
    samples = [];
    change("closed");
  };
  const isTooMuch = (): boolean => {
    const since = now() - settings.windowMs;
    samples = samples.filter(({ at }) => at > since).slice(-MAX_SAMPLES);
    const failed = samples.filter((sample) => sample.failed).length;
    const isShare = samples.length >= settings.calls && failed >= settings.share * samples.length;
    return inRow >= settings.failures || isShare;
  };
  /** A call that began before the pause says nothing about the time after it. */
  const endUsual: EndCall = (verdict) => {
    if (state !== "closed" || verdict === "unknown") return;
    const failed = verdict !== "ok";
    inRow = failed ? inRow + 1 : 0;
    samples.push({ at: now(), failed });
    if (samples.length > 2 * MAX_SAMPLES) samples = samples.slice(-MAX_SAMPLES);
    if (verdict === "denied" || (failed && isTooMuch())) open(now());
  };
  const endTrial: EndCall = (verdict) => {
    if (verdict === "ok") close();
    // The trial told nothing: the next call is one.
    else open(verdict === "unknown" ? now() - settings.pauseMs : now());
  };

  return {
    state: () => state,
    enter: () => {
      if (state === "closed") return endUsual;
      if (state === "half_open" || now() - openedAt < settings.pauseMs) return undefined;
      change("half_open");
      return endTrial;
    },
  };
}
