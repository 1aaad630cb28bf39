import { describe, expect, test } from "@jest/globals";
import {
  type Hour,
  isUntouched,
  joinHours,
  type Overview,
  sharesOf,
  stack,
} from "../../../src/web/admin/overview/figures.ts";

const hour = (at: string, counts: Partial<Hour> = {}): Hour => ({
  at,
  in: 0,
  out: 0,
  failed: 0,
  p50_ms: null,
  p95_ms: null,
  ...counts,
});

const HOURS = [
  hour("2026-11-21T10:00:00.000Z", { in: 3, out: 2, failed: 1 }),
  hour("2026-11-21T11:00:00.000Z", { in: 1, out: 4 }),
  hour("2026-11-21T12:00:00.000Z", { in: 5, out: 5, failed: 2 }),
];

describe("hours", () => {
  test("one by one are the spans of a day", () => {
    expect(joinHours(HOURS, 1).map((span) => [span.from, span.to, span.in])).toEqual([
      ["2026-11-21T10:00:00.000Z", "2026-11-21T11:00:00.000Z", 3],
      ["2026-11-21T11:00:00.000Z", "2026-11-21T12:00:00.000Z", 1],
      ["2026-11-21T12:00:00.000Z", "2026-11-21T13:00:00.000Z", 5],
    ]);
  });

  test("are added up over longer spans, the last of which may be shorter", () => {
    expect(joinHours(HOURS, 2)).toEqual([
      {
        from: "2026-11-21T10:00:00.000Z",
        to: "2026-11-21T12:00:00.000Z",
        in: 4,
        out: 6,
        failed: 1,
      },
      {
        from: "2026-11-21T12:00:00.000Z",
        to: "2026-11-21T13:00:00.000Z",
        in: 5,
        out: 5,
        failed: 2,
      },
    ]);
    expect(joinHours([], 6)).toEqual([]);
  });
});

test.each([
  { label: "what failed is a part of what was sent", counts: [5, 10, 4], want: [5, 11, 15] },
  {
    label: "what was asked for earlier may fail in an hour of its own",
    counts: [0, 1, 3],
    want: [0, 0, 3],
  },
  { label: "nothing is nothing", counts: [0, 0, 0], want: [0, 0, 0] },
])("a bar: $label", ({ counts: [received = 0, out = 0, failed = 0], want }) => {
  const span = { from: "", to: "", in: received, out, failed };
  expect(stack(span)).toEqual(want);
});

const none = { in: 0, out: 0, failed: 0 };
const UNTOUCHED: Overview = {
  now: "2026-11-21T12:00:00.000Z",
  since: "2026-11-20T13:00:00.000Z",
  messages: { today: none, yesterday: none },
  active_conversations: 0,
  answers: { count: 0, p50_ms: null, p95_ms: null, fallback_rate: null },
  queue: { inbound: 0, outbound: 0, oldest_seconds: 0 },
  dead_letters: 0,
  hours: [hour("2026-11-21T12:00:00.000Z")],
  backends: [],
};

test.each<{ label: string; change: Partial<Overview>; want: boolean }>([
  { label: "nothing happened", change: {}, want: true },
  {
    label: "somebody wrote",
    change: { messages: { today: { ...none, in: 1 }, yesterday: none } },
    want: false,
  },
  {
    label: "only yesterday",
    change: { messages: { today: none, yesterday: { ...none, out: 1 } } },
    want: false,
  },
  {
    label: "only days ago",
    change: { hours: [hour("2026-11-15T12:00:00.000Z", { in: 1 })] },
    want: false,
  },
  {
    label: "something waits",
    change: { queue: { inbound: 1, outbound: 0, oldest_seconds: 3 } },
    want: false,
  },
  { label: "a webhook was not understood", change: { dead_letters: 1 }, want: false },
])("the welcome is shown where $label: $want", ({ change, want }) => {
  expect(isUntouched({ ...UNTOUCHED, ...change })).toBe(want);
});

test("shares are of all answers, those of nobody among them", () => {
  const shares = sharesOf([
    { backend: "rasa", answers: 3 },
    { backend: null, answers: 1 },
  ]);
  expect(shares.map(({ share }) => share)).toEqual([0.75, 0.25]);
  expect(sharesOf([{ backend: "rasa", answers: 0 }]).map(({ share }) => share)).toEqual([0]);
});
