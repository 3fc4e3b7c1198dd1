import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/start-carillon.ts",
  timeout: 90_000,
  // What is waited for comes; on a machine that does other things it may come late.
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: true,
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Moscow",
    screenshot: "only-on-failure",
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
      ],
    },
  },
});
