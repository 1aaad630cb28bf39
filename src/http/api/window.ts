/** What a conversation's customer-service window depends on. Times are ISO 8601 UTC. */
interface WindowFacts {
  /** How long the window stays open; undefined on a channel without one. */
  readonly windowMs: number | undefined;
  readonly lastInboundAt: string | null;
  /** When the provider told us that the window is closed, if it did since the last message. */
  readonly closedAt: string | null;
  readonly now: string;
}

interface Window {
  readonly window_expires_at: string | null;
  readonly window_open: boolean;
}

/**
 * Computes until when free-form messages are accepted. A channel without a window is always open; one that has a
 * window stays closed until the person writes.
 */
export function windowOf({ windowMs, lastInboundAt, closedAt, now }: WindowFacts): Window {
  if (windowMs === undefined) return { window_expires_at: null, window_open: true };
  if (lastInboundAt === null) return { window_expires_at: null, window_open: false };
  const expires = new Date(Date.parse(lastInboundAt) + windowMs).toISOString();
  return {
    window_expires_at: expires,
    window_open: closedAt === null && Date.parse(now) < Date.parse(expires),
  };
}
