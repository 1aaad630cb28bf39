import { expect, test } from "@jest/globals";
import { secondsLeft } from "../../src/campaigns/eta.ts";

test.each([
  { label: "nothing queued is done", queued: 0, sentPerMinute: 0, want: 0 },
  { label: "the pace of the last minute counts", queued: 600, sentPerMinute: 120, want: 300 },
  {
    label: "a pace that was measured beats the rate that was wished for",
    queued: 600,
    sentPerMinute: 60,
    ratePerSecond: 80,
    want: 600,
  },
  {
    label: "before anything was sent, the rate counts",
    queued: 801,
    sentPerMinute: 0,
    ratePerSecond: 80,
    want: 11,
  },
  { label: "without either nobody can say", queued: 5, sentPerMinute: 0, want: null },
  {
    label: "a rate of nothing never ends",
    queued: 5,
    sentPerMinute: 0,
    ratePerSecond: 0,
    want: null,
  },
])("$label", ({ want, ...progress }) => {
  expect(secondsLeft(progress)).toBe(want);
});
