import { expect, test } from "@jest/globals";
import { createBulkPlaces } from "../../src/flow/bulk-places.ts";

test.each([
  { label: "three quarters of the places are for bulk", concurrency: 64, active: 0, want: 48 },
  { label: "what is being worked on counts", concurrency: 64, active: 42, want: 6 },
  {
    label: "too few free places are left until there are more",
    concurrency: 64,
    active: 43,
    want: 0,
  },
  { label: "more than there should be", concurrency: 64, active: 60, want: 0 },
  { label: "a process with one place sends bulk too", concurrency: 1, active: 0, want: 1 },
  { label: "a small process claims one by one", concurrency: 8, active: 5, want: 1 },
])("$label", ({ concurrency, active, want }) => {
  expect(createBulkPlaces(concurrency).toClaim(active)).toBe(want);
});

test("more is wanted at once only where some was left and there is room", () => {
  const places = createBulkPlaces(64);
  places.claimed(48, 48);
  expect([places.isWanting(48), places.isWanting(43), places.isWanting(42)]).toEqual([
    false,
    false,
    true,
  ]);
  places.claimed(6, 2);
  expect(places.isWanting(10)).toBe(false);
  places.claimed(0, 0);
  expect(places.isWanting(10)).toBe(true);
});
