import { processMs } from "../test/faults/process-time.ts";

/** Processor time of some processes together, milliseconds; one that has ended counts for nothing. */
export function processorMs(pids: readonly number[]): number {
  const times = pids.map((pid) => {
    try {
      return processMs(pid);
    } catch {
      return 0;
    }
  });
  return times.reduce((sum, ms) => sum + ms, 0);
}
