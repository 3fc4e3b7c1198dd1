import { expect, type Page, test } from "@playwright/test";
import { type Locale, textOf } from "@/lib/contract/texts";
import { address, call, tomorrow } from "./api";
import { timeField } from "./date-time";

const labels = {
  en: {
    message: "Message",
    operator: "Operator",
    tag: "Tag",
    zone: "Time zone",
    start: "Start",
    end: "End",
    review: "Review and schedule",
  },
  ru: {
    message: "Сообщение",
    operator: "Оператор",
    tag: "Тег",
    zone: "Часовой пояс",
    start: "Начало",
    end: "Конец",
    review: "Проверить и запланировать",
  },
};
type Control = Exclude<keyof typeof labels.en, "review">;

const year = new Date().getUTCFullYear() + 1;
const right = {
  message_text: "Hello",
  filter_mobile_operator_code: null,
  filter_tag: null,
  timezone: "Europe/Moscow",
  start: "at",
  start_datetime: `${year}-01-02T10:00`,
  end_datetime: `${year}-01-02T18:00`,
};
const nobody = "0f3c2f5e-5f0d-4c4e-9a39-111111111111";

/** Each thing that can be wrong with a draft, and where and how it is told. */
const wrongs: { draft: Record<string, unknown>; at: Control; code: string; params?: Record<string, string> }[] = [
  { draft: { message_text: "  " }, at: "message", code: "blank" },
  { draft: { message_text: "я".repeat(1_601) }, at: "message", code: "message_too_long" },
  { draft: { message_text: "a\u0000b" }, at: "message", code: "characters" },
  { draft: { filter_mobile_operator_code: nobody }, at: "operator", code: "unknown_operator", params: { value: nobody } },
  { draft: { filter_tag: nobody }, at: "tag", code: "unknown_tag", params: { value: nobody } },
  { draft: { start_datetime: "" }, at: "start", code: "datetime_incomplete" },
  { draft: { start_datetime: "1969-01-01T10:00" }, at: "start", code: "too_early" },
  { draft: { start_datetime: `${year + 20}-01-01T10:00`, end_datetime: `${year + 20}-01-01T18:00` }, at: "start", code: "start_too_far" },
  { draft: { end_datetime: "" }, at: "end", code: "datetime_incomplete" },
  { draft: { end_datetime: `${year}-01-01T10:00` }, at: "end", code: "end_before_start" },
  { draft: { end_datetime: `${year + 2}-01-01T10:00` }, at: "end", code: "window_too_long" },
];

function control(page: Page, locale: Locale, at: Control) {
  const label = labels[locale][at];
  if (at === "message") return page.getByRole("textbox", { name: label });
  if (at === "zone") return page.getByRole("combobox", { name: label });
  if (at === "start" || at === "end") return timeField(page, label).getByRole("spinbutton").first();
  return page.getByRole("button", { name: new RegExp(label) });
}

const said = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

for (const locale of ["en", "ru"] as const) {
  test.describe(locale, () => {
    test.use({ locale: locale === "en" ? "en-GB" : "ru-RU" });

    test(`each error is told at its field, in words, and the field has the focus (${locale})`, async ({ page }) => {
      const review = page.getByRole("button", { name: labels[locale].review });
      await page.goto(address("/dispatches/new"));
      for (const { draft, at, code, params } of wrongs) {
        await page.evaluate((draft) => localStorage.setItem("carillon-draft", JSON.stringify(draft)), { ...right, ...draft });
        await page.reload();
        const field = control(page, locale, at);
        // The draft is in its fields: before that the page is as the server has drawn it, and hears no click.
        await expect(control(page, locale, "message")).toHaveValue({ ...right, ...draft }.message_text);
        await expect(field).toBeVisible();
        await review.click();
        await expect(field, `${at} ${code}`).toHaveAccessibleDescription(said(textOf(locale, code, params)));
        await expect(field, `${at} ${code}`).toBeFocused();
        await expect(page.getByRole("alertdialog")).toHaveCount(0);
      }
    });

    test(`a zone that the server does not know is told at the zone (${locale})`, async ({ page }) => {
      const errors = [{ pointer: "/timezone", detail: textOf(locale, "timezone") }];
      await page.addInitScript((draft) => localStorage.setItem("carillon-draft", JSON.stringify(draft)), right);
      await page.route(/\/dispatches\/preview\//, (route) =>
        route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify({ status: 400, detail: "", errors }) }),
      );
      await page.goto(address("/dispatches/new"));
      const field = control(page, locale, "zone");
      await expect(field).toBeVisible();
      await page.getByRole("button", { name: labels[locale].review }).click();
      await expect(field).toHaveAccessibleDescription(said(textOf(locale, "timezone")));
    });
  });
}

test("who edits what another tab has saved is told so, loads the newer one, and keeps what was typed", async ({ page, context }) => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: `Two tabs ${Date.now()}` }))).json();
  const read = async () => (await call("GET", `/api/v1/dispatches/${id}/`)).json();
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(address(`/dispatches/${id}/edit`));
    await expect(timeField(tab, "Start")).toBeVisible();
  }
  const save = async (tab: Page) => {
    await tab.getByRole("button", { name: "Save" }).click();
    await tab
      .getByRole("alertdialog")
      .getByRole("textbox")
      .fill((await tab.getByRole("alertdialog").getByRole("heading").textContent())!.replace(/\D/g, ""));
    await tab.getByRole("alertdialog").getByRole("button", { name: "Save" }).click();
  };
  const end = (await read()).end_datetime.slice(0, 10);
  const later = new Date(Date.parse(end) + 3 * 86_400_000).toISOString().slice(0, 10);
  await timeField(other, "End").getByRole("spinbutton").first().focus();
  await other.keyboard.type(`${later.slice(8)}${later.slice(5, 7)}${later.slice(0, 4)}1200`);
  await save(other);
  await expect(other).toHaveURL(new RegExp(`/dispatches/${id}$`));

  await page.getByLabel("Message").fill("Mine");
  await save(page);
  await expect(page.getByRole("alert").filter({ hasText: "Somebody has changed this dispatch" })).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Mine");
  expect((await read()).message_text).not.toBe("Mine");
  await page.getByRole("button", { name: "Load the newer version" }).click();
  await expect(page.getByText("The newer version is loaded.")).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Mine");
  await expect(timeField(page, "End")).toHaveText(new RegExp(`${later.slice(8)}/${later.slice(5, 7)}/.*12:00`));
  await save(page);
  await expect(page).toHaveURL(new RegExp(`/dispatches/${id}$`));
  expect(await read()).toMatchObject({ message_text: "Mine", end_datetime: `${later}T09:00:00.000Z` });
});
