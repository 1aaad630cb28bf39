import { expect, test } from "@jest/globals";
import { isSound } from "./document.ts";

const AUDIT = {
  acknowledged: 10,
  lost: 0,
  duplicated: 0,
  outOfOrder: 0,
  uncertain: 0,
  askedAgain: 0,
  shown: 0,
  givenUp: 0,
  examples: [],
};

test.each([
  { what: "ten messages of which nothing is missing", broken: {}, unread: 0, want: true },
  { what: "no messages at all", broken: { acknowledged: 0 }, unread: 0, want: false },
  { what: "a lost one", broken: { lost: 1 }, unread: 0, want: false },
  { what: "a double one", broken: { duplicated: 1 }, unread: 0, want: false },
  { what: "one out of order", broken: { outOfOrder: 1 }, unread: 0, want: false },
  { what: "a missing status", broken: {}, unread: 1, want: false },
])("$what: sound is $want", ({ broken, unread, want }) => {
  expect(isSound({ audit: { ...AUDIT, ...broken }, unread })).toBe(want);
});
