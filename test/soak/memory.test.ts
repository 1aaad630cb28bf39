import { describe, expect, test } from "@jest/globals";
import { commonSlope, growthOf, type Sample, slopeOf } from "./memory.ts";
import { shuffled } from "./strikes.ts";

/** A process that is sampled every second for some minutes and takes `perMinute` more MB each. */
function lived(pid: number, fromMs: number, minutes: number, perMinute: number): Sample[] {
  return Array.from({ length: minutes * 60 + 1 }, (_, second) => ({
    pid,
    atMs: fromMs + second * 1_000,
    megabytes: 200 + (second / 60) * perMinute,
  }));
}

describe("the slope of memory", () => {
  test("is that of the nearest straight line", () => {
    expect(slopeOf([])).toBe(0);
    expect(slopeOf([[1, 5]])).toBe(0);
    expect(
      slopeOf([
        [0, 1],
        [1, 2],
        [2, 6],
      ]),
    ).toBeCloseTo(2.5);
  });

  test("is told of each process between its restarts", () => {
    const samples = [...lived(1, 0, 4, 0), ...lived(2, 300_000, 6, 3)];
    expect(growthOf(samples)).toMatchObject([
      { pid: 1, slope: expect.closeTo(0), minutes: 3.5 },
      { pid: 2, slope: expect.closeTo(3), minutes: 5.5 },
    ]);
  });

  test("a restart with more memory than the process before it is no growth", () => {
    const later = lived(2, 240_000, 4, 0).map((one) => ({ ...one, megabytes: 900 }));
    expect(commonSlope([...lived(1, 0, 4, 0), ...later])).toBeCloseTo(0);
  });

  test("who lived for less than a minute and a half tells nothing", () => {
    expect(growthOf(lived(1, 0, 1, 50))).toEqual([]);
    expect(commonSlope(lived(1, 0, 1, 50))).toBeUndefined();
  });
});

describe("the order of faults", () => {
  test("each comes once before any comes again", () => {
    const order = shuffled(["a", "b", "c"], () => 0.999);
    const taken = Array.from({ length: 6 }, () => order.next().value);
    expect(new Set(taken.slice(0, 3)).size).toBe(3);
    expect(new Set(taken.slice(3)).size).toBe(3);
  });
});
