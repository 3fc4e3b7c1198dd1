import { expect, type Page, test } from "@playwright/test";
import { address, call, hour, tomorrow } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { open } from "./support/page";

const failures = (page: Page) => {
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  return errors;
};
const notShown = "We couldn't show this page";

test("a browser that names no known zone gets every page, in UTC, and is told so", async ({
  page,
  context,
}) => {
  await context.addInitScript(() => {
    const original = Intl.DateTimeFormat.prototype.resolvedOptions;
    Intl.DateTimeFormat.prototype.resolvedOptions = function () {
      return { ...original.call(this), timeZone: "Etc/Unknown" };
    };
  });
  const errors = failures(page);
  for (const path of [
    "/",
    "/dispatches",
    "/dispatches/new",
    "/audience",
    "/audience?tab=import",
    "/phone",
    "/settings/audit",
    "/account",
  ]) {
    await open(page, address(path));
    await expect(page.getByText(notShown)).toHaveCount(0);
    await expect(page.getByRole("note")).toContainText("“Etc/Unknown”");
    await expect(page.getByRole("note")).toContainText("UTC");
  }
  await open(page, address("/dispatches/new"));
  await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("UTC");
  const year = new Date().getUTCFullYear() + 1;
  await typeTime(page, "Start", `1503${year}1200`);
  await page.getByRole("button", { name: "Start: choose the day in a calendar" }).click();
  await expect(page.getByRole("gridcell").first()).toBeVisible();
  expect(errors).toEqual([]);
});

test("a dispatch in a zone that this browser lacks is shown in UTC, and takes no page down", async ({
  page,
  context,
}) => {
  const text = `Elsewhere ${Date.now()}`;
  const body = tomorrow({ message_text: text, timezone: "Asia/Thimphu" });
  const { id, start_datetime: start } = await (await call("POST", "/api/v1/dispatches/", body)).json();
  const utc = start.slice(11, 16);
  // Lists are in the zone of whoever looks.
  const inMoscow = new Date(Date.parse(start) + 3 * hour).toISOString().slice(11, 16);
  await context.addInitScript(() => {
    const lacks = "Asia/Thimphu";
    Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
      construct(target, [locale, options]) {
        if (options?.timeZone === lacks) throw new RangeError(`Invalid time zone specified: ${lacks}`);
        return new target(locale, options);
      },
    });
  });
  for (const [path, zone, time] of [
    [`/dispatches?q=${encodeURIComponent(text)}`, "Times in Moscow", inMoscow],
    [`/dispatches?view=table&q=${encodeURIComponent(text)}`, "Times in Moscow", inMoscow],
    [`/dispatches/${id}`, "UTC (Carillon doesn't know Asia/Thimphu)", utc],
  ] as const) {
    await open(page, address(path));
    await expect(page.getByText(text).first()).toBeVisible();
    await expect(page.getByText(zone).first()).toBeVisible();
    await expect(page.getByText(new RegExp(time)).first()).toBeVisible();
    await expect(page.getByText(notShown)).toHaveCount(0);
  }
  await open(page, address("/"));
  await expect(page.getByText(notShown)).toHaveCount(0);
  await open(page, address(`/dispatches/${id}/edit`));
  await expect(timeField(page, "Start")).toHaveText(new RegExp(utc));
});
