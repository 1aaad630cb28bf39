/** Speeds at which nobody waits while trying a bot; the limits themselves work as ever. */
export const GENEROUS = {
  messages_per_second: 200,
  pair_burst: 45,
  pair_refill_ms: 100,
} as const;
