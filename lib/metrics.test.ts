import { expect, test } from "vitest";
import { counterOf, histogramOf, processMetrics } from "./metrics";

test("A module that is read twice, as by two bundles, counts on in the same metric", async () => {
  const config = { name: "read_twice_total", help: "Of this test" };
  counterOf(config).inc();
  counterOf(config).inc();
  expect(await processMetrics().metrics()).toContain("read_twice_total 2");
  const times = { name: "read_twice_seconds", help: "Of this test" };
  expect(histogramOf(times)).toBe(histogramOf(times));
});
