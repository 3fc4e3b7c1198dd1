import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Status } from "@/lib/contract/health/status";
import { address, call } from "./support/api";
import { open } from "./support/page";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the status page says how every part is, and asks for itself again", async ({ page }) => {
    // On a machine that does other things a part may be late for a moment.
    await expect(async () => {
      await page.goto(address("/status"));
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Everything works");
    }).toPass();
    for (const part of ["API", "Database", "Engine", "Recovery check", "Sending"])
      await expect(page.getByRole("main").getByText(part, { exact: true })).toBeVisible();
    await expect(page.locator('meta[http-equiv="refresh"]')).toHaveAttribute("content", "30");
  });

  test("each part has a history of 90 days as soon as a worker has looked at it", async ({ page }) => {
    const parts = async () => {
      const status: Status = await (await call("GET", "/api/v1/status/")).json();
      return status.components;
    };
    const isWatched = (day: Status["components"][number]["history"][number]) =>
      day.ok_s + day.degraded_s + day.down_s > 0;
    // Both the samples and what a process has read of them are a minute old at most.
    await expect
      .poll(async () => (await parts()).every(({ history }) => history.some(isWatched)), { timeout: 180_000 })
      .toBe(true);
    await page.goto(address("/status"));
    const database = page.locator('[data-component="database"]');
    await expect(database.getByRole("img")).toBeHidden();
    await database.getByText("Database", { exact: true }).click();
    await expect(database.getByRole("img")).toHaveAccessibleName(/The last 90 days: .+ uptime/);
    // A line whose dashes are the days, and over it what is known of some of them.
    const [all, good] = await database.locator("svg[role=img] path").evaluateAll((paths) =>
      paths.map((path) => ({
        dash: path.getAttribute("stroke-dasharray")!.split(" ").map(Number),
        lengths: [...path.getAttribute("d")!.matchAll(/h(\d+)/g)].map(([, length]) => Number(length)),
      })),
    );
    const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);
    const days = (line: typeof all) => sum(line!.lengths) / sum(line!.dash);
    expect(days(all)).toBe(90);
    expect(days(good) + (await database.locator("svg[role=img] rect").count())).toBe(1);
  });
});

test("without a connection the status page says so, and recovers by itself", async ({ page, context }) => {
  await page.clock.install();
  await open(page, address("/status"));
  await context.setOffline(true);
  await page.clock.fastForward(30_000);
  const notice = page.getByText("Can't reach the server.");
  await expect(notice).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await context.setOffline(false);
  await expect(notice).toBeHidden();
});

test("the process is up, its database is reachable and migrated, and everything says the same version", async ({
  page,
}) => {
  expect(await (await call("GET", "/healthz")).json()).toEqual({ status: "ok", version });
  expect(await (await call("GET", "/readyz")).json()).toEqual({ status: "ready" });
  expect((await (await call("GET", "/openapi.json")).json()).info.version).toBe(version);
  for (const path of ["/", "/status", "/docs"]) {
    await page.goto(address(path));
    const told = page.getByText(`Carillon, version ${version}`).filter({ visible: true });
    await expect(told).toHaveCount(1);
  }
});

test("the metrics are in Prometheus's format: of every part, and of the API by route and never by id", async () => {
  await call("GET", "/api/v1/dispatches/00000000-0000-4000-8000-000000000000/");
  const answer = await call("GET", "/metrics");
  expect(answer.headers.get("content-type")).toContain("text/plain");
  const text = await answer.text();
  expect(text).toContain("carillon_database_up 1");
  expect(text).toContain('carillon_component_state{kind="engine",name=""} 0');
  expect(text).toMatch(
    /carillon_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/dispatches\/:id",status="404"\} \d/,
  );
  expect(text).not.toContain("00000000-0000-4000-8000-000000000000");
  for (const line of text.split("\n"))
    expect(line).toMatch(/^$|^# (HELP|TYPE) |^[a-z0-9_]+(\{[^}]*\})? [-+.\deNaInf]+$/);
});
