import { expect, test } from "@jest/globals";
import { BridgeError } from "../../src/errors.ts";
import { stubborn } from "../../src/flow/stubborn.ts";

/** A write that fails with each of `errors` in turn and then doubles its input. */
function failing(errors: readonly Error[]) {
  const inputs: number[] = [];
  const write = async (input: number): Promise<number> => {
    inputs.push(input);
    const error = errors[inputs.length - 1];
    if (error !== undefined) throw error;
    return input * 2;
  };
  return { inputs, write };
}

const quick = { pauseMs: 1, limitMs: 10_000 };
const away = new BridgeError("store_unavailable", "away");
const full = new BridgeError("store_overloaded", "full");

test("a write is repeated, with the same input, until the database is back", async () => {
  const { inputs, write } = failing([away, full, away]);
  expect(await stubborn(write, quick)(21)).toBe(42);
  expect(inputs).toEqual([21, 21, 21, 21]);
});

test.each([
  { label: "a refused value", error: new BridgeError("store_data", "a NUL") },
  { label: "a lost lease", error: new BridgeError("store_fenced", "not ours") },
  { label: "a bug", error: new TypeError("x is not a function") },
])("$label is not repeated", async ({ error }) => {
  const { inputs, write } = failing([error]);
  await expect(stubborn(write, quick)(1)).rejects.toBe(error);
  expect(inputs).toHaveLength(1);
});

test("patience ends, with the last error", async () => {
  const last = new BridgeError("store_unavailable", "still away");
  const errors = Array.from({ length: 1_000 }, () => last);
  const { inputs, write } = failing(errors);
  const started = Date.now();
  await expect(stubborn(write, { pauseMs: 10, limitMs: 60 })(1)).rejects.toBe(last);
  expect(Date.now() - started).toBeGreaterThanOrEqual(60);
  expect(inputs.length).toBeGreaterThan(1);
  expect(inputs.length).toBeLessThan(12);
});
