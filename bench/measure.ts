import { type LoadResult } from "./load.ts";

/** Rounds of each measurement; the median counts. */
export const ROUNDS = 3;
export const CONNECTIONS = 64;
/** Nothing is done for so long before the memory at rest counts, milliseconds. */
export const REST_MS = 10_000;
/** So many that each says a few things in five minutes, as people do: who says more is looked at for a loop. */
export const PEOPLE = 10_000;

export interface Line extends LoadResult {
  readonly name: string;
  readonly peakMb: number;
}

export function median<Own extends Line>(lines: readonly Own[]): Own {
  const sorted = lines.toSorted((a, b) => a.perSecond - b.perSecond);
  const line = sorted[Math.floor(sorted.length / 2)];
  if (line === undefined) throw new Error("nothing was measured");
  return line;
}

/**
 * Measures each of several things once to warm up and then `ROUNDS` times in turn (A B A B A B), so that what else the
 * machine does meets all of them. Returns the median line of each, in their order.
 */
export async function interleave<Thing, Own extends Line>(
  things: readonly Thing[],
  measure: (thing: Thing, round: number | "warm") => Promise<Own>,
): Promise<readonly Own[]> {
  for (const thing of things) await measure(thing, "warm");
  const lines = things.map((): Own[] => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [n, thing] of things.entries()) lines[n]?.push(await measure(thing, round));
  return lines.map((own) => {
    const line = median(own);
    tell(`${line.name}: ${Math.round(line.perSecond)} per second`);
    return line;
  });
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
