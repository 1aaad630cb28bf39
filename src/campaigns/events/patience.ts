import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../../errors.ts";
import { backoff } from "../../flow/backoff.ts";
import type { Handled } from "./handle-event.ts";

/** First pause, and the longest: while the database is away, the broker keeps what waits. */
const RETRY_MS = { base: 500, max: 30_000 } as const;

/** Tries of what fails for a reason nobody foresaw. */
const UNFORESEEN_TRIES = 3;

/**
 * Handles a delivery until it is settled: what waiting helps is tried again without end, anything else becomes a problem of
 * the event. Undefined where `signal` ends the wait: the broker will deliver it again.
 */
export async function handlePatiently(
  handle: () => Promise<Handled>,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<Handled | undefined> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await handle();
    } catch (error) {
      if (tries === 1) report(error);
      const isForeseen = error instanceof BridgeError;
      if (isForeseen ? !error.retry : tries >= UNFORESEEN_TRIES) {
        const problem = isForeseen ? `${error.code}: ${error.detail}` : "failed; the log says why";
        return { outcomes: ["refused"], problems: [problem] };
      }
    }
    const ms = Math.min(RETRY_MS.max, backoff(tries, RETRY_MS.base));
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
