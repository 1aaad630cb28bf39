/** What decides whether free-form messages are accepted. */
interface WindowFacts {
  /** How long the window stays open; undefined on a channel without one. */
  readonly windowMs: number | undefined;
  /** Milliseconds since the person's last message; null where there was none. */
  readonly quietMs: number | null;
  /** Whether the provider has told us since then that it is closed. */
  readonly windowClosed: boolean;
}

/** Whether the provider takes free-form messages for a person; a channel without a window always does. */
export function isWindowOpen({ windowMs, quietMs, windowClosed }: WindowFacts): boolean {
  if (windowMs === undefined) return true;
  return !windowClosed && (quietMs ?? Infinity) <= windowMs;
}
