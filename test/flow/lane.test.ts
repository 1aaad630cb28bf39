import { expect, test } from "@jest/globals";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { createLanes } from "../../src/flow/lane.ts";
import { pause } from "./scene.ts";

const account = { channel: "evolution", account: "loja" };
const gapMs = [1_000, 3_000] as const;
/** 2026-11-21, 20:00 in São Paulo. */
const EVENING = Date.parse("2026-11-21T23:00:00.000Z");
const HOUR = 3_600_000;

function setUp(start = EVENING, chance = 0.5) {
  const clock = { now: start };
  const now = () => clock.now;
  return { clock, lanes: createLanes(createMemoryCache({ now }), { now, random: () => chance }) };
}

test.each([
  { chance: 0, ms: 1_000 },
  { chance: 0.5, ms: 2_000 },
  { chance: 0.999, ms: 2_998 },
])(
  "the pause between two messages is chosen between its bounds ($chance)",
  async ({ chance, ms }) => {
    const { clock, lanes } = setUp(EVENING, chance);
    expect(await lanes.wait(account, { gapMs }, true)).toBe(0);
    clock.now += ms - 1;
    expect(await lanes.wait(account, { gapMs }, true)).toBe(1);
    clock.now += 1;
    expect(await lanes.wait(account, { gapMs }, true)).toBe(0);
  },
);

test("another account has a lane of its own", async () => {
  const { lanes } = setUp();
  await lanes.wait(account, { gapMs }, true);
  expect(await lanes.wait({ ...account, account: "filial" }, { gapMs }, true)).toBe(0);
});

test("the day's cap holds back what nobody asked for, not answers", async () => {
  const { clock, lanes } = setUp();
  const lane = { gapMs: [0, 0] as const, perDay: 2 };
  expect(await lanes.wait(account, lane, false)).toBe(0);
  clock.now += HOUR;
  expect(await lanes.wait(account, lane, false)).toBe(0);
  expect(await lanes.wait(account, lane, false)).toBe(23 * HOUR);
  expect(await lanes.wait(account, lane, true)).toBe(0);
  clock.now += 23 * HOUR;
  expect(await lanes.wait(account, lane, false)).toBe(0);
});

test("the day counts what goes, however often it had to wait before", async () => {
  const { clock, lanes } = setUp();
  const lane = { gapMs, perDay: 2 };
  expect(await lanes.wait(account, lane, false)).toBe(0);
  for (let look = 0; look < 5; look += 1)
    expect(await lanes.wait(account, lane, false)).toBe(2_000);
  clock.now += 2_000;
  expect(await lanes.wait(account, lane, false)).toBe(0);
  clock.now += 2_000;
  for (let look = 0; look < 5; look += 1)
    expect(await lanes.wait(account, lane, false)).toBe(24 * HOUR - 4_000);
  await lanes.leave(account, lane, true);
  expect(await lanes.wait(account, lane, false)).toBe(24 * HOUR - 4_000);
  await lanes.leave(account, lane, false);
  expect(await lanes.wait(account, lane, false)).toBe(0);
});

test("what the day's cap holds back does not take the place of an answer", async () => {
  const { lanes } = setUp();
  const lane = { gapMs, perDay: 0 };
  expect(await lanes.wait(account, lane, false)).toBe(24 * HOUR);
  expect(await lanes.wait(account, lane, true)).toBe(0);
});

test.each([
  { label: "within them", from: 8, to: 21, waitMs: 0 },
  { label: "their end is not included", from: 8, to: 20, waitMs: 12 * HOUR },
  { label: "before they begin", from: 21, to: 23, waitMs: HOUR },
  { label: "over midnight, open", from: 18, to: 2, waitMs: 0 },
  { label: "over midnight, closed", from: 22, to: 2, waitMs: 2 * HOUR },
  { label: "never closed", from: 0, to: 24, waitMs: 0 },
])("hours are those of the place: $label", async ({ from, to, waitMs }) => {
  const { lanes } = setUp();
  const lane = { gapMs: [0, 0] as const, hours: { from, to, timeZone: "America/Sao_Paulo" } };
  expect(await lanes.wait(account, lane, false)).toBe(waitMs);
  expect(await lanes.wait(account, lane, true)).toBe(0);
});

test("one send of an account at a time, whether they succeed or not", async () => {
  const { lanes } = setUp();
  const lines: string[] = [];
  const send = (name: string, fails = false) =>
    lanes.run(account, async () => {
      lines.push(`${name} begins`);
      await pause(10);
      lines.push(`${name} ends`);
      if (fails) throw new Error("planted");
      return name;
    });
  const other = lanes.run({ ...account, account: "filial" }, async () => lines.push("other"));
  const all = await Promise.allSettled([send("one"), send("two", true), send("three"), other]);
  expect(all.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(lines.filter((line) => line !== "other")).toEqual([
    "one begins",
    "one ends",
    "two begins",
    "two ends",
    "three begins",
    "three ends",
  ]);
  expect(lines.indexOf("other")).toBeLessThan(2);
});
