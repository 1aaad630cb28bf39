import { signal } from "@preact/signals";

/** The time, for what says how long ago something was. */
export const now = signal(Date.now());

const STEP_MS = 15_000;

/** Lets the time go on. */
export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, STEP_MS);
}
