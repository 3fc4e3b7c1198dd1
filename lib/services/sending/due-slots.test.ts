import { expect, test } from "vitest";
import { DueSlots } from "./due-slots";

test("A paced message that is due holds up others until it is awake, the earliest of several first", () => {
  const due = new DueSlots();
  const [one, other] = [{}, {}];
  expect(due.isOverdue(1e9)).toBe(false);
  due.set(one, 100);
  due.set(other, 200);
  expect([99, 103, 104].map((nowMs) => due.isOverdue(nowMs))).toEqual([false, false, true]);
  due.set(one, undefined);
  expect([104, 203, 204].map((nowMs) => due.isOverdue(nowMs))).toEqual([false, false, true]);
});
