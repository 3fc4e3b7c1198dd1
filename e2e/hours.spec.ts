import { expect, test } from "@playwright/test";
import { address, at, call, hour } from "./support/api";
import { expectAccessible, expectNoSidewaysScrolling, open } from "./support/page";

test("a dispatch goes at each person's own time: the form says when each zone begins, and its page says the hours", async ({
  page,
}) => {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill("In the morning where you are");
  await page.getByRole("checkbox", { name: "At each person's own time" }).check();
  await page.getByLabel("From", { exact: true }).fill("10:00");
  await page.getByLabel("To", { exact: true }).fill("18:30");
  await page.getByRole("checkbox", { name: "Sun" }).uncheck();
  await page.getByLabel("People whose time zone is unknown").selectOption("skip");
  await expect(page.getByRole("heading", { name: "By time zone" })).toBeVisible();
  await expectAccessible(page, "form");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(page);

  const answer = await call("POST", "/api/v1/dispatches/", {
    timezone: "Europe/Moscow",
    start_datetime: at(24 * hour),
    end_datetime: at(72 * hour),
    message_text: "At your own time",
    local_time: { from: "10:00", to: "18:30", days: ["mon", "sat"], unknown_zone: "skip" },
  });
  const { id } = (await answer.json()) as { id: string };
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByText("10:00–18:30 where each recipient is, Mon and Sat")).toBeVisible();
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("quiet hours are set by day, from when to when", async ({ page }) => {
  await open(page, address("/settings/quiet-hours"));
  const section = page.getByRole("region", { name: "Quiet hours" });
  // Not switched on: other tests send.
  const from = section.getByLabel("From", { exact: true });
  await from.fill("25:15");
  await from.blur();
  await expect(from).not.toHaveValue("25:15");
  await from.fill("2215");
  await from.blur();
  await expect(from).toHaveValue("22:15");
  await section.getByRole("checkbox", { name: "Wed" }).uncheck();
  await section.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Quiet hours are off")).toBeVisible();
  expect(await (await call("GET", "/api/v1/settings/quiet-hours/")).json()).toMatchObject({
    enabled: false,
    from: "22:15",
    days: ["mon", "tue", "thu", "fri", "sat", "sun"],
  });
  await expectAccessible(page, "section[aria-labelledby=quiet-hours]");
});
