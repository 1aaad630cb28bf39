import { expect, test } from "@jest/globals";
import { createTurnSignals } from "../../src/flow/turns.ts";
import { pause } from "./scene.ts";

const never = new AbortController().signal;
const LONG_MS = 60_000;

test("who waits for a turn is told of it, and nobody else is", async () => {
  const { announce, wait } = createTurnSignals();
  const told: string[] = [];
  const stop = new AbortController();
  const waits = ["m1", "m1", "m2"].map(async (id, index) => {
    await wait(id, LONG_MS, stop.signal);
    told.push(`${id} ${index}`);
  });
  announce("m1");
  await pause(5);
  expect(told).toEqual(["m1 0", "m1 1"]);
  stop.abort();
  await Promise.all(waits);
  expect(told).toEqual(["m1 0", "m1 1", "m2 2"]);
});

test("a wait ends by itself, so that turns of other processes are looked for", async () => {
  const started = Date.now();
  await createTurnSignals().wait("m1", 30, never);
  expect(Date.now() - started).toBeGreaterThanOrEqual(25);
});

test("a caller that is gone already does not wait", async () => {
  await createTurnSignals().wait("m1", LONG_MS, AbortSignal.abort());
});
