import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { backoff } from "../../src/flow/backoff.ts";

test.each([
  { attempts: 0, random: 0, want: 1_000 },
  { attempts: 1, random: 0, want: 1_000 },
  { attempts: 1, random: 0.5, want: 875 },
  { attempts: 2, random: 0, want: 2_000 },
  { attempts: 5, random: 0, want: 16_000 },
  { attempts: 10, random: 0, want: 300_000 },
  { attempts: 10, random: 1, want: 225_000 },
  { attempts: 5_000, random: 0, want: 300_000 },
])("after $attempts tries with chance $random: $want ms", ({ attempts, random, want }) => {
  expect(backoff(attempts, 1_000, () => random)).toBe(want);
});

test("a pause is whole, at most five minutes, and within a quarter below the doubled base", () => {
  const attempts = fc.integer({ min: 0, max: 100_000 });
  const base = fc.integer({ min: 1, max: 3_600_000 });
  fc.assert(
    fc.property(attempts, base, (tries, baseMs) => {
      const full = Math.min(300_000, baseMs * 2 ** Math.max(0, tries - 1));
      const pauseMs = backoff(tries, baseMs);
      expect(Number.isInteger(pauseMs)).toBe(true);
      expect(pauseMs).toBeGreaterThanOrEqual(Math.floor(full * 0.75));
      expect(pauseMs).toBeLessThanOrEqual(Math.round(full));
    }),
  );
});
