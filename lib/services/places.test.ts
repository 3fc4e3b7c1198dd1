import { expect, test } from "vitest";
import { Places } from "./places";

test("However many wait for a place and give it back at once, all are served in their order", () => {
  const places = new Places(1);
  const served: number[] = [];
  expect(places.tryTake()).toBe(true);
  for (let i = 0; i < 50_000; i++) {
    places.wait(() => {
      served.push(i);
      places.give();
    });
  }
  places.give();
  expect(served).toEqual(Array.from({ length: 50_000 }, (_, i) => i));
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
