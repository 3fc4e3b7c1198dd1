import { afterEach, expect, test, vi } from "vitest";
import { healthAt } from "./health";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("A call that never ends, not even when its signal says so, is waited for two seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  const told = healthAt(new URL("http://127.0.0.1/"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await told).toBe("> 2000 ms");
});
