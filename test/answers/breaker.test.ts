import { describe, expect, test } from "@jest/globals";
import { createBreaker, type Verdict } from "../../src/answers/breaker.ts";

const SETTINGS = { failures: 5, share: 0.5, calls: 10, windowMs: 30_000, pauseMs: 15_000 };

/** A breaker on a clock that the test moves, and what it told. */
function setUp(changes: Partial<typeof SETTINGS> = {}) {
  const clock = { now: 1_000_000 };
  const told: string[] = [];
  const breaker = createBreaker(
    { ...SETTINGS, ...changes },
    () => clock.now,
    (state) => {
      told.push(state);
    },
  );
  /** Makes calls that end so, a second apart; those that are refused end as nothing. */
  const call = (...verdicts: readonly Verdict[]): readonly boolean[] =>
    verdicts.map((verdict) => {
      clock.now += 1_000;
      const end = breaker.enter();
      end?.(verdict);
      return end !== undefined;
    });
  return { breaker, clock, told, call };
}

const times = (count: number, ...verdicts: readonly Verdict[]): readonly Verdict[] =>
  Array.from({ length: count }, () => verdicts).flat();

describe("a breaker", () => {
  test.each([
    { label: "five failures in a row pause it", calls: times(5, "failed"), want: "open" },
    { label: "four do not", calls: times(4, "failed"), want: "closed" },
    {
      label: "an answer between failures begins the count anew",
      calls: [...times(4, "failed"), "ok", ...times(4, "failed")] as const,
      want: "closed",
    },
    {
      label: "every second of ten calls failing pauses it",
      calls: times(5, "ok", "failed"),
      want: "open",
    },
    {
      label: "nine calls are too few for a share",
      calls: [...times(4, "failed", "ok"), "failed"] as const,
      want: "closed",
    },
    {
      label: "fewer failures than the share do not",
      calls: times(7, "failed", "ok", "ok"),
      want: "closed",
    },
    { label: "a denied call pauses it at once", calls: ["denied"] as const, want: "open" },
    {
      label: "calls that tell nothing count for nothing",
      calls: times(50, "unknown"),
      want: "closed",
    },
  ])("$label", ({ calls, want }) => {
    const { breaker, call } = setUp();
    call(...calls);
    expect(breaker.state()).toBe(want);
  });

  test("what lies further back than the window is forgotten", () => {
    const { breaker, clock, call } = setUp();
    call(...times(4, "failed", "ok"));
    clock.now += 30_000;
    call("failed", "ok", "failed");
    expect(breaker.state()).toBe("closed");
  });

  test("while it is paused no call passes; then exactly one does", () => {
    const { breaker, clock, call, told } = setUp();
    call(...times(5, "failed"));
    clock.now += 14_999;
    expect(breaker.enter()).toBeUndefined();
    clock.now += 1;
    const end = breaker.enter();
    expect(end).toBeDefined();
    expect(breaker.enter()).toBeUndefined();
    expect(breaker.state()).toBe("half_open");
    end?.("ok");
    expect(breaker.state()).toBe("closed");
    expect(told).toEqual(["open", "half_open", "closed"]);
  });

  test("a trial that fails pauses it for as long again", () => {
    const { breaker, clock, call } = setUp();
    call(...times(5, "failed"));
    clock.now += 15_000;
    breaker.enter()?.("failed");
    clock.now += 14_999;
    expect(breaker.enter()).toBeUndefined();
    clock.now += 1;
    expect(breaker.enter()).toBeDefined();
  });

  test("a trial that was broken off tells nothing: the next call is one", () => {
    const { breaker, clock, call } = setUp();
    call(...times(5, "failed"));
    clock.now += 15_000;
    breaker.enter()?.("unknown");
    expect(breaker.state()).toBe("open");
    expect(breaker.enter()).toBeDefined();
  });

  test("after a pause the counts begin anew", () => {
    const { breaker, clock, call } = setUp();
    call(...times(5, "failed"));
    clock.now += 15_000;
    breaker.enter()?.("ok");
    expect(call(...times(4, "failed"))).toEqual([true, true, true, true]);
    expect(breaker.state()).toBe("closed");
  });

  test.each(["ok", "failed", "denied"] as const)(
    "a call from before the pause that ends %s changes nothing",
    (verdict) => {
      const { breaker, clock, call } = setUp();
      const late = breaker.enter();
      call(...times(5, "failed"));
      clock.now += 10_000;
      late?.(verdict);
      expect(breaker.state()).toBe("open");
      clock.now += 5_000;
      expect(breaker.enter()).toBeDefined();
    },
  );
});
