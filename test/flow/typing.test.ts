import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { createTyping } from "../../src/flow/typing.ts";
import type { HttpRequest } from "../../src/transport.ts";
import { callTools, plainChannel } from "./scene.ts";

const message = { account: "1", externalId: "wamid.1", identities: [] };
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

const usual = { typing: true, readReceipts: "answered" } as const;

function setUp(fails?: Error, settings: Parameters<typeof createTyping>[1] = usual) {
  const calls: HttpRequest[] = [];
  const problems: unknown[] = [];
  const show = createTyping(
    callTools(async (request) => {
      calls.push(request);
      if (fails !== undefined) throw fails;
      return { status: 200, headers: {}, body: "" };
    }),
    settings,
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

test("a channel may need several calls, or none", async () => {
  const { calls, show } = setUp();
  const other = { ...sign, url: "https://provider.example/read" };
  const stops = [[sign, other], []].map((list) =>
    show(plainChannel({ acknowledge: () => list }), message),
  );
  await jest.advanceTimersByTimeAsync(700);
  for (const stop of stops) stop();
  expect(calls).toEqual([sign, other]);
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

test.each([
  {
    label: "both, as the answer is written",
    settings: usual,
    want: ["700 read typing", "20700 read typing"],
  },
  {
    label: "marked as read at once, the sign later",
    settings: { typing: true, readReceipts: "at_once" },
    want: ["0 read", "700 read typing", "20700 read typing"],
  },
  {
    label: "marked as read at once, no sign",
    settings: { typing: false, readReceipts: "at_once" },
    want: ["0 read"],
  },
  {
    label: "marked as read while answering, no sign: once is enough",
    settings: { typing: false, readReceipts: "answered" },
    want: ["700 read"],
  },
  {
    label: "only the sign",
    settings: { typing: true, readReceipts: "off" },
    want: ["700 typing", "20700 typing"],
  },
  { label: "nothing at all", settings: { typing: false, readReceipts: "off" }, want: [] },
] as const)("the person sees what is allowed: $label", async ({ settings, want }) => {
  const { show } = setUp(undefined, settings);
  const shown: string[] = [];
  const start = Date.now();
  const channel = plainChannel({
    acknowledge: (_message, signs = { read: true, typing: true }) => {
      const words = [signs.read ? "read" : "", signs.typing ? "typing" : ""].filter(Boolean);
      shown.push([Date.now() - start, ...words].join(" "));
      return [];
    },
  });
  const stop = show(channel, message);
  await jest.advanceTimersByTimeAsync(30_000);
  stop();
  expect(shown).toEqual(want);
  expect(jest.getTimerCount()).toBe(0);
});
