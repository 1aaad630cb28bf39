import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Bucket } from "../../src/cache/cache.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";

/** A bucket as one thinks of it: a number of places that grows with time. */
function createModel({ burst, intervalMs }: Bucket) {
  let places = burst;
  let at = 0;
  return (now: number, wanted: number) => {
    places = Math.min(burst, places + (now - at) / intervalMs);
    at = now;
    const taken = Math.min(wanted, Math.floor(places + 1e-6));
    places -= taken;
    return { taken, waitMs: taken < wanted ? (1 - places) * intervalMs : 0 };
  };
}

/** By how many places any stretch of time had more than the bucket may give in it. */
function worstExcess(takenAt: readonly number[], { burst, intervalMs }: Bucket): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (const [first, from] of takenAt.entries())
    for (let last = first; last < takenAt.length; last += 1)
      worst = Math.max(
        worst,
        last - first + 1 - burst - ((takenAt[last] ?? from) - from) / intervalMs,
      );
  return worst;
}

const steps = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 900 }), wanted: fc.integer({ min: 1, max: 6 }) }),
  { maxLength: 60 },
);
const buckets = fc.record({
  burst: fc.integer({ min: 1, max: 20 }),
  intervalMs: fc.integer({ min: 1, max: 1_000 }).map((sevenths) => sevenths / 7),
});

test("a bucket does what a growing number of places does, whenever and for whatever it is asked", async () => {
  await fc.assert(
    fc.asyncProperty(buckets, steps, async (bucket, asked) => {
      const clock = { now: 0 };
      const cache = createMemoryCache({ now: () => clock.now });
      const model = createModel(bucket);
      const takenAt: number[] = [];
      for (const { afterMs, wanted } of asked) {
        clock.now += afterMs / 3;
        const want = model(clock.now, wanted);
        if (wanted === 1) {
          const waitMs = await cache.reserve("k", bucket);
          expect(waitMs).toBeCloseTo(want.waitMs, 3);
        } else {
          expect(await cache.reserveMany("k", bucket, wanted)).toBe(want.taken);
        }
        for (let n = 0; n < want.taken; n += 1) takenAt.push(clock.now);
      }
      expect(worstExcess(takenAt, bucket)).toBeLessThanOrEqual(1e-3);
    }),
    { numRuns: 300 },
  );
});
