import { setTimeout as sleep } from "node:timers/promises";
import { BridgeError } from "../errors.ts";

export interface StubbornOptions {
  readonly pauseMs: number;
  readonly limitMs: number;
}

const DEFAULTS: StubbornOptions = { pauseMs: 200, limitMs: 120_000 };

/**
 * Repeats a write while the database is away: what a provider was already told, or a backend already answered, must not be
 * forgotten because PostgreSQL restarts. Only for writes that may be repeated. Gives up after `limitMs`.
 */
export function stubborn<Input, Output>(
  write: (input: Input) => Promise<Output>,
  options: StubbornOptions = DEFAULTS,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const deadline = Date.now() + options.limitMs;
    for (;;) {
      try {
        return await write(input);
      } catch (error) {
        const isAway =
          error instanceof BridgeError && error.retry && error.code.startsWith("store_");
        if (!isAway || Date.now() >= deadline) throw error;
        await sleep(options.pauseMs);
      }
    }
  };
}
