import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { createTimers } from "../../src/simulator/timers.ts";
import { until } from "../until.ts";

test("work is done later, and what fails is told and stops nothing", async () => {
  const problems: unknown[] = [];
  const done: string[] = [];
  const timers = createTimers((error) => problems.push(error));
  expect(timers.later(1, () => Promise.reject(new Error("no")))).toBe(true);
  expect(timers.later(2, async () => done.push("second"))).toBe(true);
  await until(() => done.length === 1 && problems.length === 1);
  await timers.stop();
});

test("no more waits than the memory should hold", async () => {
  const timers = createTimers(() => undefined);
  const taken = Array.from({ length: 5_001 }, () => timers.later(60_000, () => Promise.resolve()));
  expect(taken.filter((isTaken) => isTaken)).toHaveLength(5_000);
  await timers.stop();
});

test("a stop waits for what runs, cuts it off, forgets what waits and takes nothing more", async () => {
  const done: string[] = [];
  const timers = createTimers(() => undefined);
  const running = async () => {
    done.push("begun");
    await new Promise((resolve) => timers.signal.addEventListener("abort", resolve));
    await sleep(20);
    done.push("ended");
  };
  timers.later(0, running);
  timers.later(50, async () => done.push("never"));
  await until(() => done.length === 1);
  await timers.stop();
  expect(done).toEqual(["begun", "ended"]);
  expect(timers.later(0, running)).toBe(false);
});
