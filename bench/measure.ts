import { type LoadResult } from "./load.ts";

/** Rounds of each measurement; the median counts. */
export const ROUNDS = 3;
export const CONNECTIONS = 64;
export const PEOPLE = 2_000;

export interface Line extends LoadResult {
  readonly name: string;
  readonly peakMb: number;
}

export function median(lines: readonly Line[]): Line {
  const sorted = lines.toSorted((a, b) => a.perSecond - b.perSecond);
  const line = sorted[Math.floor(sorted.length / 2)];
  if (line === undefined) throw new Error("nothing was measured");
  return line;
}

/** Shows that the benchmark goes on. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

/** A table of lines; `what` is counted per second. */
export function table(what: string, lines: readonly Line[]): readonly string[] {
  return [
    `| server | ${what} per second | p50 ms | p99 ms | refused | peak MB |`,
    "|---|---|---|---|---|---|",
    ...lines.map(
      ({ name, perSecond, p50Ms, p99Ms, refused, peakMb }) =>
        `| ${name} | ${Math.round(perSecond)} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${refused} | ${peakMb} |`,
    ),
  ];
}
