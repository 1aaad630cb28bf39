import { describe, expect, test } from "@jest/globals";
import {
  BATCH,
  type BulkProgress,
  type BulkTools,
  chosenIds,
  createBulk,
  listedIds,
} from "../../../src/web/admin/operations/bulk.ts";
import { ApiProblem } from "../../../src/web/shared/api.ts";

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

const offline = new ApiProblem(0, "offline", "the server does not answer");
const conflict = new ApiProblem(409, "request_conflict", "id-1 was discarded");

/** A server that does what a script says for each call, and everything once the script is over. */
function startServer(script: readonly (ApiProblem | number)[] = []) {
  const left = [...script];
  const calls: { readonly ids: readonly string[]; readonly key: string }[] = [];
  const waited: number[] = [];
  const tools: Omit<BulkTools, "next"> = {
    act: (batch, key) => {
      calls.push({ ids: batch, key });
      const next = left.shift() ?? batch.length;
      return next instanceof ApiProblem ? Promise.reject(next) : Promise.resolve(next);
    },
    wait: (seconds) => {
      waited.push(seconds);
      return Promise.resolve();
    },
  };
  return { tools, calls, waited };
}

const go = new AbortController().signal;
const ignore = () => undefined;

describe("a long deed", () => {
  test("is done batch by batch, and says how far it is", async () => {
    const { tools, calls } = startServer([BATCH, 98]);
    const told: BulkProgress[] = [];
    const run = createBulk({ ...tools, next: chosenIds(ids(BATCH * 2 + 3)) });
    expect(await run(go, (progress) => told.push(progress))).toEqual({
      tried: BATCH * 2 + 3,
      done: BATCH + 98 + 3,
    });
    expect(told.map(({ tried }) => tried)).toEqual([BATCH, BATCH * 2, BATCH * 2 + 3]);
    expect(calls.map((call) => call.ids.length)).toEqual([BATCH, BATCH, 3]);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(3);
  });

  test("stops between two batches and goes on from there", async () => {
    const { tools, calls } = startServer();
    const run = createBulk({ ...tools, next: chosenIds(ids(BATCH * 3)) });
    const stop = new AbortController();
    expect(await run(stop.signal, () => stop.abort())).toEqual({ tried: BATCH, done: BATCH });
    expect(calls).toHaveLength(1);
    expect(await run(go, ignore)).toEqual({ tried: BATCH * 3, done: BATCH * 3 });
    expect(calls.flatMap((call) => call.ids)).toEqual(ids(BATCH * 3));
  });

  test("sends a batch whose answer was lost again under the same key", async () => {
    const { tools, calls } = startServer([offline]);
    const run = createBulk({ ...tools, next: chosenIds(ids(2)) });
    await expect(run(go, ignore)).rejects.toBe(offline);
    expect(await run(go, ignore)).toEqual({ tried: 2, done: 2 });
    const [first, second] = calls;
    expect(second).toEqual(first);
  });

  test("waits as long as the server asks", async () => {
    const { tools, waited } = startServer([
      new ApiProblem(429, "request_rate_limited", "", { retryAfterS: 7 }),
      new ApiProblem(429, "request_rate_limited", ""),
    ]);
    const run = createBulk({ ...tools, next: chosenIds(ids(2)) });
    expect(await run(go, ignore)).toEqual({ tried: 2, done: 2 });
    expect(waited).toEqual([7, 5]);
  });

  test("passes over what somebody else put away meanwhile, and nothing else", async () => {
    const { tools, calls } = startServer();
    const act: BulkTools["act"] = async (batch, key) => {
      await tools.act(batch, key);
      if (batch.includes("id-1")) throw conflict;
      return batch.length;
    };
    const run = createBulk({ ...tools, act, next: chosenIds(ids(5)) });
    expect(await run(go, ignore)).toEqual({ tried: 5, done: 4 });
    // A batch of other letters is another request.
    expect(new Set(calls.map(({ key }) => key)).size).toBe(calls.length);
  });

  test("ends with what the server refuses for another reason", async () => {
    const refusal = new ApiProblem(403, "request_forbidden", "no");
    const { tools } = startServer([refusal]);
    const run = createBulk({ ...tools, next: chosenIds(ids(2)) });
    await expect(run(go, ignore)).rejects.toBe(refusal);
  });
});

describe("all that match", () => {
  const pages = [
    { data: [{ id: "a" }, { id: "b" }], next_cursor: "one" },
    { data: [{ id: "c" }], next_cursor: null },
  ];

  test("are walked page by page to the end of the list", async () => {
    const asked: (string | undefined)[] = [];
    const next = listedIds((cursor) => {
      asked.push(cursor);
      return Promise.resolve(
        pages[cursor === undefined ? 0 : 1] ?? { data: [], next_cursor: null },
      );
    });
    const { tools, calls } = startServer();
    const run = createBulk({ ...tools, next });
    expect(await run(go, ignore)).toEqual({ tried: 3, done: 3 });
    expect(asked).toEqual([undefined, "one"]);
    expect(calls.map((call) => call.ids)).toEqual([["a", "b"], ["c"]]);
  });

  test("are read again where a page could not be", async () => {
    let isUp = false;
    const next = listedIds(() =>
      isUp ? Promise.resolve({ data: [{ id: "a" }], next_cursor: null }) : Promise.reject(offline),
    );
    const run = createBulk({ ...startServer().tools, next });
    await expect(run(go, ignore)).rejects.toBe(offline);
    isUp = true;
    expect(await run(go, ignore)).toEqual({ tried: 1, done: 1 });
  });
});
