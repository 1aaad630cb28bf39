import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { createTyping } from "../../src/flow/typing.ts";
import type { HttpRequest } from "../../src/transport.ts";
import { plainChannel } from "./scene.ts";

const message = { account: "1", externalId: "wamid.1" };
const delays = { firstMs: 700, againMs: 20_000 };
const sign: HttpRequest = {
  method: "POST",
  url: "https://provider.example/typing",
  headers: { a: "1" },
};
const showing = plainChannel({
  acknowledge: ({ externalId }) => ({ ...sign, body: externalId }),
});

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp(fails?: Error) {
  const calls: HttpRequest[] = [];
  const problems: unknown[] = [];
  const show = createTyping(
    async (request) => {
      calls.push(request);
      if (fails !== undefined) throw fails;
      return { status: 200, headers: {}, body: "" };
    },
    (error) => problems.push(error),
    delays,
  );
  return { calls, problems, show };
}

test("nothing is shown before the delay, then it is shown again and again until stopped", async () => {
  const { calls, show } = setUp();
  const stop = show(showing, message);
  await jest.advanceTimersByTimeAsync(699);
  expect(calls).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(calls).toEqual([{ ...sign, body: "wamid.1" }]);
  await jest.advanceTimersByTimeAsync(19_999);
  expect(calls).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(20_001);
  expect(calls).toHaveLength(3);
  stop();
  await jest.advanceTimersByTimeAsync(100_000);
  expect(calls).toHaveLength(3);
  expect(jest.getTimerCount()).toBe(0);
});

test("a quick answer shows nothing", async () => {
  const { calls, show } = setUp();
  show(showing, message)();
  await jest.advanceTimersByTimeAsync(100_000);
  expect(calls).toEqual([]);
});

test("a channel that cannot show it is left alone", () => {
  const { show } = setUp();
  const stop = show(plainChannel(), message);
  expect(jest.getTimerCount()).toBe(0);
  stop();
});

test("the call is authorized like any other", async () => {
  const { calls, show } = setUp();
  const stop = show({ ...showing, authorize: async () => ({ authorization: "t" }) }, message);
  await jest.advanceTimersByTimeAsync(700);
  stop();
  expect(calls[0]?.headers).toEqual({ a: "1", authorization: "t" });
});

test.each([
  { label: "the provider is away", channel: showing, fails: new Error("away"), want: "away" },
  {
    label: "no token can be had",
    channel: { ...showing, authorize: () => Promise.reject(new Error("no token")) },
    fails: undefined,
    want: "no token",
  },
  {
    label: "the channel throws",
    channel: plainChannel({
      acknowledge: () => {
        throw new Error("a bug");
      },
    }),
    fails: undefined,
    want: "a bug",
  },
])("a problem is told, never thrown, and it is tried again: $label", async (given) => {
  const { problems, show } = setUp(given.fails);
  const stop = show(given.channel, message);
  await jest.advanceTimersByTimeAsync(20_700);
  stop();
  expect(problems).toEqual([new Error(given.want), new Error(given.want)]);
});
