/** Longest pause between two tries. */
const MAX_DELAY_MS = 300_000;

/**
 * Milliseconds before the next try: doubling from `baseMs` after the first, with up to a quarter less at random so that
 * what failed together is not tried together.
 */
export function backoff(
  attempts: number,
  baseMs: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(MAX_DELAY_MS, baseMs * 2 ** Math.max(0, attempts - 1));
  return Math.round(full * (1 - random() * 0.25));
}
