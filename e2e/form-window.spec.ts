import { expect, type Page, test } from "@playwright/test";
import { address } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { expectAccessible, open } from "./support/page";

const kept = (page: Page) => page.evaluate(() => JSON.parse(localStorage.getItem("carillon-draft") ?? "{}"));
const year = new Date().getUTCFullYear() + 1;

test("a time is typed part by part, its day is chosen in a calendar, all by keyboard", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await typeTime(page, "Start", `1503${year}1930`);
  await expect.poll(async () => (await kept(page)).start_datetime).toBe(`${year}-03-15T19:30`);
  await page.keyboard.press("ArrowUp");
  await expect(timeField(page, "Start")).toHaveText(new RegExp(`15/03/${year}.*19:31`));
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Start: choose the day in a calendar" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("gridcell", { name: "15" }).getByRole("button")).toBeFocused();
  await expectAccessible(page, "[role=dialog]");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await kept(page)).start_datetime).toBe(`${year}-03-22T19:31`);
  await expect(page.getByRole("button", { name: "Start: choose the day in a calendar" })).toBeFocused();
});

test("a time that was left half filled is no time: its parts stay, and nothing is counted with the old one", async ({
  page,
}) => {
  await open(page, address("/dispatches/new"));
  await typeTime(page, "End", `1503${year}1930`);
  await timeField(page, "End").getByRole("spinbutton", { name: "hour" }).focus();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect.poll(async () => (await kept(page)).end_datetime).toBe("");
  await expect(timeField(page, "End")).toHaveText(new RegExp(`15/03/${year}.*:30`));
  await timeField(page, "End").getByRole("spinbutton", { name: "hour" }).focus();
  await page.keyboard.type("19");
  await page.keyboard.press("Tab");
  await expect.poll(async () => (await kept(page)).end_datetime).toBe(`${year}-03-15T19:30`);
});

test("it is said that a local time comes twice, and which of the two is meant", async ({ page }) => {
  const sunday = 31 - new Date(Date.UTC(year, 9, 31)).getUTCDay();
  await open(page, address("/dispatches/new"));
  const zone = page.getByRole("combobox", { name: "Time zone" });
  // A list closes when the page moves beneath it.
  await zone.scrollIntoViewIfNeeded();
  await zone.click();
  await zone.fill("Berlin");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await typeTime(page, "Start", `${sunday}10${year}0230`);
  await typeTime(page, "End", `${sunday}10${year}1200`);
  await expect(page.getByText("Carillon takes the earlier one")).toBeVisible();
  await expect(page.getByRole("row", { name: /^UTC/ })).toContainText("00:30");
});

test.describe("in Russian", () => {
  test.use({ locale: "ru-RU" });

  test("days come before months, with 24 hours, and zones are found by the names of their cities", async ({
    page,
  }) => {
    await open(page, address("/dispatches/new"));
    const zone = page.getByRole("combobox", { name: "Часовой пояс" });
    await expect(zone).toHaveValue("Москва · Europe/Moscow");
    await zone.scrollIntoViewIfNeeded();
    await zone.click();
    await zone.fill("владив");
    await page.getByRole("option", { name: "Владивосток · Asia/Vladivostok" }).click();
    await expect(page.getByRole("row", { name: /^Владивосток/ })).toBeVisible();
    await typeTime(page, "Начало", `1503${year}1930`);
    await expect(timeField(page, "Начало")).toHaveText(new RegExp(`15\\.03\\.${year}.*19:30`));
    await zone.fill("Berlin");
    await expect(page.getByRole("option", { name: "Europe/Berlin" })).toBeVisible();
  });
});
