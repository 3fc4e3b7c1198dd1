import { expect, type Page, test } from "@playwright/test";
import { textOf } from "@/lib/contract/texts";
import { address, at, call, hour, tomorrow } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { choose, open } from "./support/page";
import { few, patient } from "./support/people";

const make = async (body: unknown) =>
  (await (await call("POST", "/api/v1/dispatches/", body)).json()).id as string;
const read = async (id: string) => (await call("GET", `/api/v1/dispatches/${id}/`)).json();
const review = (page: Page) => page.getByRole("button", { name: "Review and schedule" });
const year = new Date().getUTCFullYear() + 1;

test("who corrects the text alone sends the text alone: seconds and the hour that comes twice stay", async ({
  page,
}) => {
  const sunday = 31 - new Date(Date.UTC(year, 9, 31)).getUTCDay();
  const window = {
    start_datetime: `${year}-10-${sunday}T02:30:45+01:00`,
    end_datetime: `${year}-10-${sunday}T09:00:30+01:00`,
  };
  const id = await make({
    ...window,
    timezone: "Europe/Berlin",
    message_text: "Correct my typo",
    filter_tag: few.tag,
  });
  const before = await read(id);
  await open(page, address(`/dispatches/${id}/edit`));
  // What is shown is what is, too.
  await expect(page.getByRole("row", { name: /^UTC/ })).toContainText("01:30");
  await page.getByLabel("Message").fill("Corrected");
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("heading")).toHaveText("Save the changes? It goes to 4 recipients.");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "PATCH"),
    dialog.getByRole("button", { name: "Save" }).click(),
  ]);
  expect(request.postDataJSON()).toEqual({ message_text: "Corrected" });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Corrected");
  const { start_datetime, end_datetime } = await read(id);
  expect([start_datetime, end_datetime]).toEqual([before.start_datetime, before.end_datetime]);
});

test("a duplicate is at the same hours of the next day, and the same text to the same people must be meant", async ({
  page,
}) => {
  const text = `Again ${Date.now()}`;
  // It began a minute ago, and the window of the original is still open: two clicks must not repeat
  // it.
  const id = await make(
    tomorrow({
      message_text: text,
      start_datetime: at(-60_000),
      end_datetime: at(hour),
      filter_tag: few.tag,
      timezone: "UTC",
    }),
  );
  await expect.poll(async () => (await read(id)).status).toBe("completed");
  const { start_datetime: start } = await read(id);
  await open(page, address(`/dispatches/${id}`));
  await page.getByRole("link", { name: "Duplicate" }).click();
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue(text);
  const day = new Date(Math.max(Date.parse(start), Date.now()) + 24 * hour).toISOString();
  const [y, m, d] = day.slice(0, 10).split("-");
  await expect(timeField(page, "Start")).toHaveText(new RegExp(`${d}/${m}/${y}.*${start.slice(11, 16)}`));
  await expect(page.getByRole("button", { name: "Start now" })).toHaveAttribute("aria-pressed", "false");

  await review(page).click();
  const dialog = page.getByRole("alertdialog");
  const schedule = dialog.getByRole("button", { name: "Schedule" });
  const tick = dialog.getByLabel(/^The same text went to the same audience/);
  await expect(tick).not.toBeChecked();
  await expect(schedule).toBeDisabled();
  await tick.check();
  await expect(schedule).toBeEnabled();
  await schedule.click();
  await expect(page).not.toHaveURL(/new/);
  // Another text, or other people, is no repeat; what is planned counts, too.
  await open(page, address(`/dispatches/new?like=${id}`));
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue(text);
  await review(page).click();
  await expect(dialog.getByLabel(/^The same text is already scheduled for the same audience/)).toBeVisible();
  await dialog.getByRole("button", { name: "Back" }).click();
  await choose(page, "Tag", patient.tag);
  await review(page).click();
  await expect(dialog.getByRole("heading")).toContainText("300 recipients");
  await expect(dialog.getByRole("checkbox")).toHaveCount(0);
});

test("a window that cannot be disables the button, and says why at its field while one types", async ({
  page,
}) => {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(`Impossible ${Date.now()}`);
  await choose(page, "Tag", patient.tag);
  const end = timeField(page, "End").getByRole("spinbutton").first();
  const expectRefused = async (text: string) => {
    await expect(end).toHaveAccessibleDescription(new RegExp(text.replaceAll(".", "\\.")));
    await expect(review(page)).toBeDisabled();
  };
  const expectFine = async () => {
    await expect(review(page)).toBeEnabled();
    await expect(end).not.toHaveAccessibleDescription(/\./);
  };
  await typeTime(page, "Start", `1503${year}1200`);
  await typeTime(page, "End", `1403${year}1200`);
  await expectRefused(textOf("en", "end_before_start"));
  await typeTime(page, "End", `1503${year}1400`);
  await expectFine();
  // 300 people at one a second: not even the first is reached.
  await typeTime(page, "End", `1503${year}1200`);
  await expectRefused("Nobody can get it before this end.");
  await typeTime(page, "End", `1503${year}1400`);
  await expectFine();
  await typeTime(page, "Start", "150320201200");
  await typeTime(page, "End", "160320201200");
  await expectRefused(textOf("en", "window_closed"));
  await page.getByRole("button", { name: "Start now" }).click();
  await page.getByRole("button", { name: "1 hour later" }).click();
  await expectFine();
});

test("a window in which not everybody is reached must be meant", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(`Short ${Date.now()}`);
  await choose(page, "Tag", patient.tag);
  await typeTime(page, "Start", `1503${year}1200`);
  await typeTime(page, "End", `1503${year}1202`);
  await expect(page.getByText("not within the window")).toBeVisible();
  await review(page).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: "Schedule" })).toBeDisabled();
  await dialog.getByLabel(/won't get it before the end/).check();
  await expect(dialog.getByRole("button", { name: "Schedule" })).toBeEnabled();
});

test("invisible characters are named, and one click takes them away", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page
    .getByLabel("Message")
    .fill("\u200fSale\u200b\u2060 to\u00adday\tonly\u202e 👨‍👩‍👧\u2028Come in\u200c");
  const notice = page.getByRole("status").filter({ hasText: "Invisible characters" });
  for (const name of [
    ...["zero width space", "zero width non-joiner", "word joiner", "soft hyphen", "tab"],
    ...["line separator", "direction mark × 2"],
  ])
    await expect(notice).toContainText(name);
  await notice.getByRole("button", { name: "Remove them" }).click();
  await expect(page.getByLabel("Message")).toHaveValue("Sale today only 👨‍👩‍👧\nCome in");
  await expect(notice).toHaveCount(0);
});

for (const [locale, label] of [
  ["en-GB", "Time zone"],
  ["ru-RU", "Часовой пояс"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a time zone is found by the names it has and had, in both languages", async ({ page }) => {
      await open(page, address("/dispatches/new"));
      const zone = page.getByRole("combobox", { name: label });
      // A list closes when the page moves beneath it.
      await zone.scrollIntoViewIfNeeded();
      await zone.click();
      const expected = {
        ...{ Kyiv: "Europe/Kyiv", Kiev: "Europe/Kyiv", Киев: "Europe/Kyiv" },
        ...{ Kolkata: "Asia/Kolkata", Calcutta: "Asia/Kolkata" },
        ...{
          "Ho Chi Minh": "Asia/Ho Chi Minh",
          Nuuk: "America/Nuuk",
          Godthab: "America/Nuuk",
          Москва: "Europe/Moscow",
          Moscow: "Europe/Moscow",
          UTC: "UTC",
        },
      };
      for (const [typed, name] of Object.entries(expected)) {
        await zone.fill(typed);
        await expect(page.getByRole("option").filter({ hasText: name }).first(), typed).toBeVisible();
      }
      await zone.fill("Kyiv");
      await page.getByRole("option", { name: "Europe/Kyiv" }).click();
      await expect(page.getByRole("row", { name: /Kyiv|Киев/ })).toBeVisible();
    });
  });
}
