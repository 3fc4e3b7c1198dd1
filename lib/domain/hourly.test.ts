import { expect, test } from "vitest";
import { percentOf, shareOfHours } from "./hourly";

const hour = 3_600_000;
const range = (from: number, to: number) => ({ fromMs: from * hour, toMs: to * hour });

test("each hour has its share of the ranges, whatever lies before the first and after the last", () => {
  expect(shareOfHours([range(-1, 0.25), range(1.5, 3.25), range(3.5, 9)], 0, 4)).toEqual([
    0.25, 0.5, 1, 0.75,
  ]);
  expect(shareOfHours([range(10, 11)], 10.5 * hour, 2)).toEqual([0.5, 0]);
  expect(shareOfHours([range(2, 2)], 0, 4)).toEqual([0, 0, 0, 0]);
});

test("a little is not nothing, and more than all is all", () => {
  expect([0, 0.0001, 0.505, 0.994, 1.3].map(percentOf)).toEqual([0, 1, 51, 99, 100]);
});
