import { defineConfig } from "@playwright/test";

const LONGEST = "screens.spec.ts";

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/start-carillon.ts",
  // What is waited for comes; on a machine that does other things it may come late.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  // Two draw while one waits for what happens. Files run beside each other, the tests of one follow
  // one another.
  workers: 3,
  forbidOnly: true,
  // Those of every screen take longest, so they begin first.
  projects: [
    { name: "screens", testMatch: LONGEST, fullyParallel: true },
    { name: "others", testIgnore: LONGEST },
  ],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Moscow",
    screenshot: "only-on-failure",
    // A test gets an empty browser, but not a new one: half of the processor's time went into
    // opening those.
    reuseContext: true,
    launchOptions: {
      executablePath: process.env.BROWSER_PATH || undefined,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A page lives for seconds here: what optimizing its script costs never comes back.
        "--js-flags=--no-opt --no-maglev",
      ],
    },
  },
});
