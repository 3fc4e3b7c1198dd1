import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Announcement } from "@/lib/services/events";
import { allTold, announceLater } from "./announce-later";

const event = (id: string, inMs?: number): Announcement => ({
  name: "dispatch/scheduled",
  ...(inMs !== undefined && { ts: Date.now() + inMs }),
  data: { id, schedule: `${id}:1` },
});

/** An engine that answers when it is told to. */
function engine() {
  const calls: string[][] = [];
  const waiting: (() => void)[] = [];
  const announce = announceLater(async (events) => {
    calls.push(events.map(({ data }) => (data as { id: string }).id));
    await new Promise<void>((done) => waiting.push(done));
  });
  return { calls, announce, answer: () => waiting.shift()!() };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("Nobody waits for the engine, and what comes while it is told goes with the next call", async () => {
  const { calls, announce, answer } = engine();
  await announce([event("a")]);
  await announce([event("b"), event("c")]);
  await announce([event("d", 60_000)]);
  expect(calls).toEqual([["a"]]);
  answer();
  await vi.waitUntil(() => calls.length === 2);
  expect(calls[1]).toEqual(["b", "c", "d"]);
  answer();
  await allTold();
});

test("What is about a time to come is gathered for a moment; what is about now hurries it, and so does the end of the process", async () => {
  const { calls, announce, answer } = engine();
  for (const id of ["a", "b", "c"]) await announce([event(id, 60_000)]);
  await vi.advanceTimersByTimeAsync(100);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(calls).toEqual([["a", "b", "c"]]);
  answer();
  await allTold();
  await announce([event("d", 60_000)]);
  await announce([event("e")]);
  await vi.advanceTimersByTimeAsync(0);
  expect(calls[1]).toEqual(["d", "e"]);
  answer();
  await allTold();
  await announce([event("f", 60_000)]);
  const told = allTold();
  await vi.advanceTimersByTimeAsync(0);
  expect(calls[2]).toEqual(["f"]);
  answer();
  await told;
});

test("An engine that is away is not waited for without bound: the sweep finds what is left out", async () => {
  const { calls, announce, answer } = engine();
  await announce([event("first")]);
  for (let i = 0; i < 30; i++) await announce(Array.from({ length: 1_000 }, (_, n) => event(`${i} ${n}`)));
  answer();
  await vi.waitUntil(() => calls.length === 2);
  expect(calls[1]).toHaveLength(20_000);
  answer();
  await allTold();
});
