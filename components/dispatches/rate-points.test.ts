import { expect, test } from "vitest";
import { ratePoints } from "./rate-points";

const at = (second: number) => new Date(Date.UTC(2027, 0, 21, 10, 0, second)).toISOString();
const drawn = (seconds: number[]) =>
  ratePoints(seconds.map((second) => ({ at: at(second), accepted: 5 }))).map(({ at, perSecond }) => [
    (at - Date.parse(at0)) / 1_000,
    perSecond,
  ]);
const at0 = at(0);

test("sending is drawn from nought to nought, a step a point", () => {
  expect(drawn([1, 2, 3])).toEqual([
    [0, 0],
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 0],
  ]);
});

test("nothing is drawn through a pause", () => {
  expect(drawn([1, 2, 20, 21])).toEqual([
    [0, 0],
    [1, 5],
    [2, 5],
    [3, 0],
    [19, 0],
    [20, 5],
    [21, 5],
    [22, 0],
  ]);
  expect(drawn([1, 2, 4])).toEqual([
    [0, 0],
    [1, 5],
    [2, 5],
    [3, 0],
    [4, 5],
    [5, 0],
  ]);
});

test("one message is one peak, and none is nothing", () => {
  expect(drawn([3])).toEqual([
    [2, 0],
    [3, 5],
    [4, 0],
  ]);
  expect(ratePoints([])).toEqual([]);
});
