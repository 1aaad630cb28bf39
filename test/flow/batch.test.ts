import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createBatch } from "../../src/db/batch.ts";
import { BridgeError } from "../../src/errors.ts";
import { until } from "../until.ts";

const roomy = { concurrency: 1, maxItems: 100, maxWaiting: 1_000, weigh: () => 1 };
const badData = new BridgeError("store_data", "a NUL");
const isBad = (item: number) => item < 0;

/** A `run` that keeps its batches and ends one only when told to. */
function heldRun() {
  const batches: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const run = (items: readonly number[]): Promise<readonly string[]> => {
    batches.push(items);
    return new Promise((resolve) => {
      ends.push(() => resolve(items.map((item) => `r${item}`)));
    });
  };
  return { batches, run, end: () => ends.shift()?.() };
}

test("what is there goes at once, and what arrives meanwhile is one batch", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, roomy);
  const first = [add(1), add(2)];
  await until(() => batches.length === 1);
  const results = Promise.all([...first, add(3), add(4)]);
  expect(batches).toEqual([[1, 2]]);
  end();
  await until(() => batches.length === 2);
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
  end();
  expect(await results).toEqual(["r1", "r2", "r3", "r4"]);
});

test("few items wait for the batch that runs, enough of them do not", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, { ...roomy, concurrency: 2, besideFrom: 3 });
  const first = add(1);
  await until(() => batches.length === 1);
  const few = [add(2), add(3)];
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(batches).toEqual([[1]]);
  const enough = add(4);
  await until(() => batches.length === 2);
  expect(batches).toEqual([[1], [2, 3, 4]]);
  end();
  end();
  expect(await Promise.all([first, ...few, enough])).toEqual(["r1", "r2", "r3", "r4"]);
});

test("few items do not wait for ever for a batch that hangs", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, { ...roomy, concurrency: 2, besideFrom: 3 });
  const first = add(1);
  await until(() => batches.length === 1);
  const second = add(2);
  await until(() => batches.length === 2);
  expect(batches).toEqual([[1], [2]]);
  end();
  end();
  expect(await Promise.all([first, second])).toEqual(["r1", "r2"]);
});

test("no batch is larger than allowed, and no more of them run at once", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, { ...roomy, concurrency: 2, maxItems: 2 });
  const results = Promise.all([1, 2, 3, 4, 5].map(add));
  await until(() => batches.length === 2);
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
  end();
  await until(() => batches.length === 3);
  expect(batches[2]).toEqual([5]);
  end();
  end();
  expect(await results).toEqual(["r1", "r2", "r3", "r4", "r5"]);
});

test("what shares a key with something that is being written waits, and holds back what comes after it", async () => {
  const { batches, run, end } = heldRun();
  const keysOf = (item: number) => String(item).split("");
  const add = createBatch(run, { ...roomy, concurrency: 2, keysOf });
  const first = add(1);
  await until(() => batches.length === 1);
  const rest = Promise.all([12, 2, 3].map(add));
  await until(() => batches.length === 2);
  expect(batches).toEqual([[1], [3]]);
  end();
  await until(() => batches.length === 3);
  expect(batches).toEqual([[1], [3], [12, 2]]);
  end();
  end();
  expect([await first, ...(await rest)]).toEqual(["r1", "r12", "r2", "r3"]);
});

test("halving isolates exactly the bad items, and everybody gets their own result", async () => {
  const item = fc.integer({ min: -5, max: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 30 }), async (items) => {
      const stored: number[] = [];
      const run = async (batch: readonly number[]): Promise<readonly number[]> => {
        if (batch.some(isBad)) throw badData;
        stored.push(...batch);
        return batch.map((value) => value * 2);
      };
      const settled = await Promise.allSettled(items.map(createBatch(run, roomy)));
      expect(settled).toEqual(
        items.map((value) =>
          isBad(value)
            ? { status: "rejected", reason: badData }
            : { status: "fulfilled", value: value * 2 },
        ),
      );
      expect(stored).toEqual(items.filter((value) => !isBad(value)));
    }),
    { numRuns: 50 },
  );
});

test("a failure that blames no data fails the batch as a whole, once", async () => {
  const away = new BridgeError("store_unavailable", "away");
  const batches: (readonly number[])[] = [];
  const add = createBatch(async (items: readonly number[]) => {
    batches.push(items);
    throw away;
  }, roomy);
  const settled = await Promise.allSettled([1, 2, 3].map(add));
  expect(settled.map((result) => (result.status === "rejected" ? result.reason : ""))).toEqual([
    away,
    away,
    away,
  ]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test("a batch whose results do not match its items fails rather than mix them up", async () => {
  const add = createBatch(async () => [], roomy);
  await expect(add(1)).rejects.toThrow("a batch of 1 gave 0 results");
});

test("what is thrown without being an error is one all the same, and the next batch runs", async () => {
  let count = 0;
  const add = createBatch(async (items: readonly number[]) => {
    count += 1;
    if (count === 1) await Promise.reject({ odd: true });
    return items;
  }, roomy);
  await expect(add(1)).rejects.toThrow("a non-error was thrown");
  expect(await add(2)).toBe(2);
});

test("beyond the weight that may wait, new items are refused until there is room", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, { ...roomy, maxWaiting: 10, weigh: (item) => item });
  const first = add(1);
  await until(() => batches.length === 1);
  const accepted = [add(6), add(4)];
  await expect(add(1)).rejects.toMatchObject({ code: "store_overloaded" });
  end();
  await until(() => batches.length === 2);
  accepted.push(add(9));
  end();
  await until(() => batches.length === 3);
  end();
  expect(await Promise.all([first, ...accepted])).toEqual(["r1", "r6", "r4", "r9"]);
});

test("an item heavier than all that may wait is taken when nothing else waits", async () => {
  const { batches, run, end } = heldRun();
  const add = createBatch(run, { ...roomy, maxWaiting: 10, weigh: (item) => item });
  const heavy = add(1_000);
  await until(() => batches.length === 1);
  end();
  expect(await heavy).toBe("r1000");
});
