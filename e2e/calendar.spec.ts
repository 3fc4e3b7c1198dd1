import { expect, test } from "@playwright/test";
import { address, call } from "./support/api";
import { timeField } from "./support/date-time";
import {
  expectAccessible,
  expectNoSidewaysScrolling,
  open,
  reload,
  shifted,
  watchShifts,
} from "./support/page";
import { patient } from "./support/people";

const marker = `Calendar ${Date.now()}`;
const make = (name: string, from: string, to: string, more: object = {}) =>
  call("POST", "/api/v1/dispatches/", {
    timezone: "Europe/Moscow",
    start_datetime: from,
    end_datetime: to,
    message_text: `${name} ${marker}`,
    name,
    ...more,
  });

test("the calendar shows a month and its load, by pointer, by keys, on a phone, and when it cannot be read", async ({
  page,
}) => {
  // 300 people at one a second are 306 seconds of an hour.
  await make("Patient noon", "2035-03-14T12:00:00", "2035-03-14T14:00:00", { filter_tag: patient.tag });
  await make("Three days", "2035-03-14T20:00:00", "2035-03-16T10:00:00", {
    audience: { tags: { all: ["VIP"] } },
  });
  await make("Too late", "2035-03-20T23:58:00", "2035-03-20T23:59:00", { filter_tag: patient.tag });
  const month = (name: string) => page.getByRole("list", { name, exact: true });
  const day = (name: RegExp) => page.getByRole("button", { name });
  await watchShifts(page);

  await open(page, address("/dispatches?view=calendar&month=2035-03"));
  await expect(page.getByRole("heading", { name: "March 2035" })).toBeVisible();
  await expect(day(/^Wednesday 14 March: 2 dispatches, 9 % full at 12:00$/)).toBeVisible();
  await expect(day(/^Thursday 15 March: 1 dispatch$/)).toBeVisible();
  expect(await shifted(page)).toBeLessThan(0.02);

  // Keys alone: to a day, into it, and on to the months around.
  await day(/^Wednesday 14 March/).focus();
  await page.keyboard.press("Enter");
  const opened = page.getByRole("region", { name: "Wednesday 14 March", exact: true });
  await expect(opened.getByRole("link", { name: "Patient noon" })).toBeVisible();
  await expect(opened.getByText("12:00 – 14:00")).toBeVisible();
  await expect(opened.getByText("9 % full at 12:00")).toBeVisible();
  await expect(page).toHaveURL(/month=2035-03&day=2035-03-14/);
  await expectAccessible(page, "main");
  for (const [key, name] of [
    ["ArrowRight", /^Thursday 15 March/],
    ["ArrowDown", /^Thursday 22 March/],
    ["Home", /^Monday 19 March/],
    ["End", /^Sunday 25 March/],
    ["PageDown", /^Wednesday 25 April/],
    ["PageUp", /^Sunday 25 March/],
    ["ArrowUp", /^Sunday 18 March/],
    ["ArrowLeft", /^Saturday 17 March/],
  ] as const) {
    await page.keyboard.press(key);
    await expect(day(name)).toBeFocused();
  }
  await page.getByRole("button", { name: "Next month" }).click();
  await expect(page.getByText("No dispatches in April 2035")).toBeVisible();

  // The address keeps month and day, and a new dispatch begins on it.
  await open(page, address("/dispatches?view=calendar&month=2035-03&day=2035-03-20"));
  await reload(page);
  const late = page.getByRole("region", { name: "Tuesday 20 March", exact: true });
  await expect(late.getByText(/won’t be reached in time/)).toBeVisible();
  await late.getByRole("link", { name: "New dispatch on this day" }).click();
  await expect(timeField(page, "Start")).toHaveText(/20.03.2035.*10:00/);
  await page.goBack();

  // The filter leaves out dispatches, not the load.
  await page.getByRole("searchbox").fill("Three days");
  await expect(day(/^Wednesday 14 March: 1 dispatch, 9 % full at 12:00$/)).toBeVisible();
  await page.getByRole("searchbox").fill("");

  // On a phone it is a list of the days that have something.
  await page.setViewportSize({ width: 390, height: 860 });
  await expect(day(/^Wednesday 14 March/)).toBeVisible();
  await expect(day(/^Thursday 1 March/)).toBeHidden();
  await day(/^Friday 16 March/).click();
  await expect(page.getByRole("region", { name: "Friday 16 March", exact: true })).toBeVisible();
  await expectNoSidewaysScrolling(page);
  await expectAccessible(page, "main");

  let isAway = true;
  await page.route("**/dispatches/calendar/**", (route) => (isAway ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "Previous month" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "Couldn't load the dispatches." });
  await expect(alert).toBeVisible();
  // It asks by itself, too: the server must not be back before the button is pressed.
  await alert.getByRole("button", { name: "Try again" }).click();
  isAway = false;
  await expect(month("February 2035")).toBeVisible();
});
