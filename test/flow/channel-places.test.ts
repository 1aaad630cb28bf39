import { expect, test } from "@jest/globals";
import { createChannelPlaces } from "../../src/flow/channel-places.ts";

const BOTH = ["one", "two"];

const times = (count: number, channel: string): readonly string[] =>
  Array.from({ length: count }, () => channel);

test.each([
  {
    label: "one channel takes three quarters of an idle process",
    active: [],
    want: { channels: BOTH, limit: 48 },
  },
  {
    label: "no claim brings a channel above its share",
    active: times(30, "one"),
    want: { channels: BOTH, limit: 18 },
  },
  {
    label: "a channel with few places left is not claimed from",
    active: times(43, "one"),
    want: { channels: ["two"], limit: 15 },
  },
  {
    label: "a channel with its share is left out, and the other takes most of what it leaves",
    active: times(48, "one"),
    want: { channels: ["two"], limit: 12 },
  },
  {
    label: "the last places stay free for a third",
    active: [...times(48, "one"), ...times(12, "two")],
    want: { channels: [], limit: 0 },
  },
  { label: "nothing is free", active: times(64, "one"), want: { channels: BOTH, limit: 0 } },
])("$label", ({ active, want }) => {
  expect(createChannelPlaces(64, BOTH)(active)).toEqual(want);
});

test("where there is one channel, it takes every place", () => {
  const places = createChannelPlaces(64, ["one"]);
  expect(places(times(60, "one"))).toEqual({ channels: ["one"], limit: 4 });
});

test.each([1, 2, 3])("a process with %i places serves several channels too", (concurrency) => {
  expect(createChannelPlaces(concurrency, BOTH)([]).limit).toBeGreaterThan(0);
});
