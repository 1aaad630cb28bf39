import { readFileSync } from "node:fs";

/** Clock ticks a second in which the kernel counts. Source: proc(5), sysconf(_SC_CLK_TCK) on Linux. */
const TICKS = 100;

/** Processor time, own and the kernel's for it, of one process so far, milliseconds; 0 where it has ended. */
function processorMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which may hold spaces and brackets: the state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
  } catch {
    return 0;
  }
}

/** Processor time of some processes together, milliseconds. */
export const processorMs = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + processorMsOf(pid), 0);
