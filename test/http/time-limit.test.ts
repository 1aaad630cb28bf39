import { expect, test } from "@jest/globals";
import { withTimeLimit } from "../../src/http/time-limit.ts";

const late = (): Error => new Error("late");

test("gives what the work gives, or throws what it throws", async () => {
  expect(await withTimeLimit(Promise.resolve(1), 1_000, late)).toBe(1);
  await expect(withTimeLimit(Promise.reject(new Error("own")), 1_000, late)).rejects.toThrow("own");
});

test("rejects once the time is over", async () => {
  await expect(withTimeLimit(new Promise(() => undefined), 20, late)).rejects.toThrow("late");
});

test("leaves no timer behind", async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  for (let call = 0; call < 10; call += 1) await withTimeLimit(Promise.resolve(1), 60_000, late);
  expect(timers()).toBe(before);
});
