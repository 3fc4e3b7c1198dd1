import { expect, test } from "vitest";
import { Semaphore } from "./semaphore";

test("However many wait for a place and give it back at once, all are served in their order", () => {
  const semaphore = new Semaphore(1);
  const served: number[] = [];
  expect(semaphore.tryAcquire()).toBe(true);
  for (let i = 0; i < 15_000; i++) {
    semaphore.acquire(() => {
      served.push(i);
      semaphore.release();
    });
  }
  semaphore.release();
  expect(served).toEqual(Array.from({ length: 15_000 }, (_, i) => i));
  expect(semaphore.taken).toBe(0);
});

test("Whoever has a place does not overtake those that wait for one", () => {
  const semaphore = new Semaphore(1);
  const order: string[] = [];
  semaphore.tryAcquire();
  semaphore.acquire(() => order.push("first"));
  expect(semaphore.tryAcquire()).toBe(false);
  semaphore.acquire(() => order.push("second"));
  semaphore.release();
  semaphore.release();
  expect(order).toEqual(["first", "second"]);
});

test("Others leave free what paced messages need, but half of all places at least are for everybody", () => {
  const semaphore = new Semaphore(10);
  for (let i = 0; i < 1_000; i++) semaphore.measure(80);
  const release = semaphore.reserveFor(1, 30);
  expect([1, 2, 3, 4, 5, 6, 7].map(() => semaphore.tryAcquire())).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  const served: string[] = [];
  semaphore.acquire(() => served.push("other"));
  expect([1, 2, 3, 4].map(() => semaphore.tryAcquire(true))).toEqual([true, true, true, true]);
  semaphore.acquire(() => served.push("paced"), true);
  semaphore.release();
  expect(served, "the paced first").toEqual(["paced"]);
  for (let i = 0; i < 4; i++) semaphore.release();
  expect(served).toEqual(["paced"]);
  release();
  expect(served, "nothing paced is under way any more").toEqual(["paced", "other"]);

  const crowded = new Semaphore(10);
  crowded.reserveFor(1, 1_000);
  crowded.reserveFor(2, 1_000);
  expect(Array.from({ length: 10 }, () => crowded.tryAcquire()).filter(Boolean)).toHaveLength(5);
});
