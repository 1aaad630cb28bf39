/** The memory of one process at one time. */
export interface Sample {
  readonly pid: number;
  readonly atMs: number;
  readonly megabytes: number;
}

/** How fast the memory of one process grew while it lived. */
export interface Growth {
  readonly pid: number;
  readonly minutes: number;
  readonly fromMb: number;
  readonly toMb: number;
  /** MB a minute, least squares. */
  readonly slope: number;
}

const MINUTE_MS = 60_000;

/** A process fills its caches at first; what it takes then is no leak, milliseconds. */
const WARM_MS = 30_000;

/** The slope of the straight line nearest to points; 0 where there is no more than one. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const { variance, covariance } = deviationsOf(points);
  return variance === 0 ? 0 : covariance / variance;
}

function deviationsOf(points: readonly (readonly [x: number, y: number])[]) {
  const count = Math.max(1, points.length);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  let variance = 0;
  let covariance = 0;
  for (const [x, y] of points) {
    variance += (x - meanX) ** 2;
    covariance += (x - meanX) * (y - meanY);
  }
  return { variance, covariance };
}

type Line = readonly (readonly [number, number])[];

/** The samples of each process after its first half minute, as minutes and MB; only where that is a minute or more. */
function linesOf(samples: readonly Sample[]): ReadonlyMap<number, Line> {
  const byProcess = Map.groupBy(samples, ({ pid }) => pid);
  const lines = new Map<number, Line>();
  for (const [pid, own] of byProcess) {
    const bornMs = own[0]?.atMs ?? 0;
    const late = own.filter(({ atMs }) => atMs >= bornMs + WARM_MS);
    const spanMs = (late.at(-1)?.atMs ?? 0) - (late[0]?.atMs ?? 0);
    if (spanMs < MINUTE_MS) continue;
    lines.set(
      pid,
      late.map(({ atMs, megabytes }) => [atMs / MINUTE_MS, megabytes]),
    );
  }
  return lines;
}

/** The growth of each process that lived long enough to tell. */
export function growthOf(samples: readonly Sample[]): readonly Growth[] {
  return [...linesOf(samples)].map(([pid, line]) => ({
    pid,
    minutes: (line.at(-1)?.[0] ?? 0) - (line[0]?.[0] ?? 0),
    fromMb: line[0]?.[1] ?? 0,
    toMb: line.at(-1)?.[1] ?? 0,
    slope: slopeOf(line),
  }));
}

/** One slope for all processes, each counted by how long it lived; undefined where none lived long enough. */
export function commonSlope(samples: readonly Sample[]): number | undefined {
  let variance = 0;
  let covariance = 0;
  for (const line of linesOf(samples).values()) {
    const own = deviationsOf(line);
    variance += own.variance;
    covariance += own.covariance;
  }
  return variance === 0 ? undefined : covariance / variance;
}
