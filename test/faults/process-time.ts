import { readFileSync } from "node:fs";

/** Clock ticks a second in which the kernel counts. Source: sysconf(_SC_CLK_TCK) on Linux. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of processor time that a process has used. Throws where it has ended. Source: Linux, proc(5), `stat`. */
export function processMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  // After the name, which may hold spaces and brackets: the state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}
