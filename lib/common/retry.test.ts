import { expect, test } from "vitest";
import { retry } from "./retry";

/** A clock that runs only when somebody sleeps. */
function clock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    async sleepUntil(localMs: number) {
      nowMs = localMs;
    },
  };
}

/** Fails so many times, then answers; `at` says when it was tried. */
function failing(times: number, of: { now(): number }) {
  const at: number[] = [];
  const work = async () => {
    at.push(of.now());
    if (at.length <= times) throw new Error(`failure ${at.length}`);
    return "done";
  };
  return { at, work };
}

test("What fails is tried again after its pauses until it succeeds", async () => {
  const time = clock();
  const { at, work } = failing(3, time);
  const failures: unknown[] = [];
  const pause = { clock: time, ms: (failed: number) => 50 * 2 ** failed, untilMs: 1_000 };
  expect(await retry(work, { pause, onFailure: (error) => failures.push(error) })).toBe("done");
  expect(at).toEqual([0, 100, 300, 700]);
  expect(failures).toHaveLength(3);
});

test("No try begins after the time is over: the last failure is thrown", async () => {
  const time = clock();
  const { at, work } = failing(99, time);
  await expect(retry(work, { pause: { clock: time, ms: () => 500, untilMs: 1_000 } })).rejects.toThrow(
    "failure 3",
  );
  expect(at).toEqual([0, 500, 1_000]);
});

test("A process that stops tries nothing more", async () => {
  const time = clock();
  const stopping = new AbortController();
  const { at, work } = failing(99, time);
  const pause = { clock: time, ms: () => 10, untilMs: 1_000, stopping: stopping.signal };
  await expect(retry(work, { pause, onFailure: () => stopping.abort() })).rejects.toThrow("failure 1");
  expect(at).toHaveLength(1);
});

test("A failure that does not pass is thrown at once, and one that passes after the last try", async () => {
  const time = clock();
  const mistake = failing(99, time);
  await expect(retry(mistake.work, { isPassing: () => false })).rejects.toThrow("failure 1");
  const conflict = failing(99, time);
  await expect(retry(conflict.work, { triesMax: 5 })).rejects.toThrow("failure 5");
});
