import { expect, test } from "@jest/globals";
import {
  computeTops,
  findIndex,
  readPlace,
  topFor,
} from "../../../src/web/shared/ui/virtual-place.ts";

const keys = ["a", "b", "c", "d"];
const heights = new Map([
  ["a", 10],
  ["b", 30],
]);
const tops = computeTops(keys, heights, 20);

test("rows that were never seen count as estimated", () => {
  expect([...tops]).toStrictEqual([0, 10, 40, 60, 80]);
});

test.each([
  [-5, 0],
  [0, 0],
  [9, 0],
  [10, 1],
  [39.5, 1],
  [79, 3],
  [900, 4],
])("at %d begins row %d", (value, want) => {
  expect(findIndex(tops, value)).toBe(want);
});

test("the end is seen also where a little is left", () => {
  expect(readPlace(keys, tops, { top: 0, height: 20 }).isAtEnd).toBe(false);
  expect(readPlace(keys, tops, { top: 20, height: 40 }).isAtEnd).toBe(true);
  expect(readPlace([], computeTops([], heights, 20), { top: 0, height: 100 }).isAtEnd).toBe(true);
});

test("rows that come above leave what is looked at where it is", () => {
  const view = { top: 15, height: 20 };
  const place = { ...readPlace(keys, tops, view), isAtEnd: false };
  expect(place).toMatchObject({ key: "b", offset: 5 });
  const more = ["x", "y", ...keys];
  const grown = computeTops(more, heights, 20);
  const wanted = { place, keys: more, tops: grown, view };
  expect(topFor({ ...wanted, anchor: "end" })).toBe(55);
  expect(topFor({ ...wanted, anchor: "start" })).toBe(55);
  // A list that is at its beginning shows what comes there.
  expect(topFor({ ...wanted, view: { top: 0, height: 20 }, anchor: "start" })).toBe(0);
});

test("who is at the end stays there, and who is not does not go", () => {
  const view = { top: 60, height: 20 };
  const atEnd = readPlace(keys, tops, view);
  const more = [...keys, "e"];
  const grown = computeTops(more, heights, 20);
  const wanted = { keys: more, tops: grown, view };
  expect(topFor({ ...wanted, place: atEnd, anchor: "end" })).toBe(80);
  expect(topFor({ ...wanted, place: { ...atEnd, isAtEnd: false }, anchor: "end" })).toBe(60);
  expect(topFor({ ...wanted, place: atEnd, anchor: "start" })).toBe(60);
});

test("where the row that was looked at is gone, the list stays as it is scrolled", () => {
  const place = { key: "gone", offset: 3, isAtEnd: false };
  const view = { top: 33, height: 20 };
  expect(topFor({ place, keys, tops, view, anchor: "end" })).toBe(33);
});
