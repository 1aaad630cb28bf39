import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { createLogLevels } from "../src/log-level.ts";

const NOW = "2026-11-22T10:00:00.000Z";

beforeEach(() => {
  jest.useFakeTimers({ now: new Date(NOW) });
});
afterEach(() => {
  jest.useRealTimers();
});

function start() {
  const applied: string[] = [];
  const told: string[] = [];
  const levels = createLogLevels({
    configured: "info",
    apply: (level) => applied.push(level),
    onChange: ({ level, until }) => told.push(`${level} ${until ?? "for good"}`),
  });
  return { applied, told, levels };
}

test("what is set for some minutes goes back by itself, and each change is told", () => {
  const { applied, told, levels } = start();
  expect(levels.set("debug", 10)).toEqual({
    level: "debug",
    configured: "info",
    until: "2026-11-22T10:10:00.000Z",
  });
  jest.advanceTimersByTime(10 * 60_000 - 1);
  expect(applied).toEqual(["debug"]);
  jest.advanceTimersByTime(1);
  expect(applied).toEqual(["debug", "info"]);
  expect(told).toEqual(["debug 2026-11-22T10:10:00.000Z", "info for good"]);
  expect(levels.show()).toEqual({ level: "info", configured: "info", until: null });
});

test("what is set without minutes stays, and ends what was set for some", () => {
  const { applied, levels } = start();
  levels.set("debug", 10);
  levels.set("warn");
  jest.advanceTimersByTime(60 * 60_000);
  expect(applied).toEqual(["debug", "warn"]);
});

test("debug is switched on, and off to what is configured", () => {
  const { applied, levels } = start();
  levels.toggleDebug();
  levels.toggleDebug();
  expect(applied).toEqual(["debug", "info"]);
});

test("a reload with the same level changes nothing; one with another level has the last word", () => {
  const { applied, levels } = start();
  levels.set("debug", 10);
  levels.configure("info");
  expect(levels.show().level).toBe("debug");
  levels.configure("error");
  expect(levels.show()).toEqual({ level: "error", configured: "error", until: null });
  jest.advanceTimersByTime(10 * 60_000);
  expect(applied).toEqual(["debug", "error"]);
});
