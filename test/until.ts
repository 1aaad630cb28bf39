import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds until a test gives up waiting. */
const PATIENCE_MS = 20_000;

/** Waits until something holds; throws when it does not in time. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("what was waited for did not happen");
    await sleep(5);
  }
}
