import { expect, test } from "vitest";
import { Places } from "./places";

test("However many wait for a place and give it back at once, all are served in their order", () => {
  const places = new Places(1);
  const served: number[] = [];
  expect(places.tryTake()).toBe(true);
  for (let i = 0; i < 15_000; i++) {
    places.wait(() => {
      served.push(i);
      places.give();
    });
  }
  places.give();
  expect(served).toEqual(Array.from({ length: 15_000 }, (_, i) => i));
  expect(places.taken).toBe(0);
});

test("Whoever has a place does not overtake those that wait for one", () => {
  const places = new Places(1);
  const order: string[] = [];
  places.tryTake();
  places.wait(() => order.push("first"));
  expect(places.tryTake()).toBe(false);
  places.wait(() => order.push("second"));
  places.give();
  places.give();
  expect(order).toEqual(["first", "second"]);
});

test("Others leave free what paced messages need, but half of all places at least are for everybody", () => {
  const places = new Places(10);
  for (let i = 0; i < 1_000; i++) places.measure(80);
  const release = places.keepFor(1, 30);
  expect([1, 2, 3, 4, 5, 6, 7].map(() => places.tryTake())).toEqual([true, true, true, true, true, true, false]);
  const served: string[] = [];
  places.wait(() => served.push("other"));
  expect([1, 2, 3, 4].map(() => places.tryTake(true))).toEqual([true, true, true, true]);
  places.wait(() => served.push("paced"), true);
  places.give();
  expect(served, "the paced first").toEqual(["paced"]);
  for (let i = 0; i < 4; i++) places.give();
  expect(served).toEqual(["paced"]);
  release();
  expect(served, "nothing paced is under way any more").toEqual(["paced", "other"]);

  const crowded = new Places(10);
  crowded.keepFor(1, 1_000);
  crowded.keepFor(2, 1_000);
  expect(Array.from({ length: 10 }, () => crowded.tryTake()).filter(Boolean)).toHaveLength(5);
});
