import { expect, test } from "@playwright/test";
import { address, call } from "./api";

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the status page says how every part is", async ({ page }) => {
    await page.goto(address("/status"));
    for (const part of ["API", "Database", "Engine", "Sweep", "Sending"]) await expect(page.getByText(part, { exact: true })).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Everything works");
  });
});

test("the emergency stop is on the status page within a moment, with its reason", async ({ page }) => {
  await call("PUT", "/api/v1/sending/", { state: "stopped", reason: "for the status page" });
  try {
    await page.goto(address("/status"));
    await expect(page.getByText("for the status page")).toBeVisible();
    const status = await (await call("GET", "/api/v1/status/")).json();
    expect(status.components.find(({ kind }: { kind: string }) => kind === "sending")).toMatchObject({ state: "down" });
  } finally {
    await call("PUT", "/api/v1/sending/", { state: "on" });
  }
});

test("the process is up, and its database is reachable and migrated", async () => {
  expect(await (await call("GET", "/healthz")).json()).toEqual({ status: "ok" });
  expect(await (await call("GET", "/readyz")).json()).toEqual({ status: "ready" });
});
