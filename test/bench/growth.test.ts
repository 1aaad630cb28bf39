import { expect, test } from "@jest/globals";
import { growthOf } from "../../bench/growth.ts";

const held = (minute: number, resident: number, live: number, buffers: number) => ({
  minute,
  resident,
  live,
  buffers,
});

test("growth is that of the minutes that count, by kind", () => {
  const all = [
    held(1, 100, 10, 1),
    held(2, 300, 60, 2),
    held(3, 310, 62, 2),
    held(4, 320, 64, 2),
    held(5, 330, 66, 2),
  ];
  expect(growthOf(all, 2)).toEqual({ resident: 10, live: 2, buffers: 0 });
});

test("what goes up and down does not grow", () => {
  const all = [held(1, 5, 9, 3), held(2, 9, 5, 4), held(3, 9, 5, 4), held(4, 5, 9, 3)];
  expect(growthOf(all, 1)).toEqual({ resident: 0, live: 0, buffers: 0 });
});
