import { expect, type Page, test } from "@playwright/test";
import { type Locale, textOf } from "@/lib/contract/texts";
import { address, call, tomorrow } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { comeTo, open } from "./support/page";

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
const nobody = "0f3c2f5e-5f0d-4c4e-9a39-111111111111";

/** A draft with something wrong in every field that a draft can be wrong in. */
const wrong = {
  message_text: "a\u0000b",
  filter_mobile_operator_code: nobody,
  filter_tag: nobody,
  timezone: "Europe/Moscow",
  start: "at",
  start_datetime: "",
  end_datetime: "",
};

/**
 * Each thing that can be wrong with it: what is changed before the next review, and what is told
 * first then.
 */
const steps: {
  message?: string;
  choice?: Control;
  start?: string;
  end?: string;
  at: Control;
  code: string;
  value?: string;
}[] = [
  { at: "message", code: "characters" },
  { message: "  ", at: "message", code: "blank" },
  { message: "я".repeat(1_601), at: "message", code: "message_too_long" },
  { message: "Hello", at: "start", code: "datetime_incomplete" },
  { start: `0201${year}1000`, at: "end", code: "datetime_incomplete" },
  { end: `0101${year}1000`, at: "end", code: "end_before_start" },
  { end: `0101${year + 2}1000`, at: "end", code: "window_too_long" },
  { start: "010119691000", at: "start", code: "too_early" },
  { start: `0101${year + 20}1000`, at: "start", code: "start_too_far" },
  // From here on it is the server that tells.
  {
    start: `0201${year}1000`,
    end: `0301${year}1000`,
    at: "operator",
    code: "unknown_operator",
    value: nobody,
  },
  { choice: "operator", at: "tag", code: "unknown_tag", value: nobody },
];

const impossible = new Set(["end_before_start", "window_too_long", "too_early", "start_too_far"]);

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

    test(`each error is told at its field, in words, the first has the focus, and nothing is lost (${locale})`, async ({
      page,
    }) => {
      const label = labels[locale];
      const review = page.getByRole("button", { name: label.review });
      const at = (name: Control) => control(page, locale, name);
      const expectTold = (name: Control, code: string, value = "") =>
        expect(at(name), `${name} ${code}`).toHaveAccessibleDescription(
          said(textOf(locale, code, { value })),
        );
      await page.addInitScript(
        (draft) => localStorage.setItem("carillon-draft", JSON.stringify(draft)),
        wrong,
      );
      await open(page, address("/dispatches/new"));

      await review.click();
      await expectTold("message", "characters");
      for (const name of ["start", "end"] as const) await expectTold(name, "datetime_incomplete");

      for (const { message, choice, start, end, at: name, code, value } of steps) {
        if (message !== undefined) await at("message").fill(message);
        if (choice) {
          await at(choice).click();
          await page.getByRole("option").first().click();
        }
        if (start) await typeTime(page, label.start, start);
        if (end) await typeTime(page, label.end, end);
        if (impossible.has(code)) {
          // It is told while one types, and there is nothing to press.
          await expectTold(name, code, value);
          await expect(review).toBeDisabled();
          continue;
        }
        await expect(review).toBeEnabled();
        await review.click();
        await expectTold(name, code, value);
        await expect(at(name), `${name} ${code}`).toBeFocused();
        await expect(page.getByRole("alertdialog")).toHaveCount(0);
      }
      await expect(at("message")).toHaveValue("Hello");
      await expect(timeField(page, label.start)).toHaveText(new RegExp(`02.01.${year}.*10:00`));
      await expect(timeField(page, label.end)).toHaveText(new RegExp(`03.01.${year}.*10:00`));

      // The browser knows a zone that the server does not.
      const errors = [{ pointer: "/timezone", detail: textOf(locale, "timezone") }];
      await page.route(/\/dispatches\/preview\//, (route) =>
        route.fulfill({
          status: 400,
          contentType: "application/problem+json",
          body: JSON.stringify({ status: 400, detail: "", errors }),
        }),
      );
      await at("tag").click();
      await page.getByRole("option").first().click();
      await review.click();
      await expectTold("zone", "timezone");
    });
  });
}

test("who edits what another tab has saved is told so, loads the newer one, and keeps what was typed", async ({
  page,
  context,
}) => {
  const { id } = await (
    await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: `Two tabs ${Date.now()}` }))
  ).json();
  const read = async () => (await call("GET", `/api/v1/dispatches/${id}/`)).json();
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await open(tab, address(`/dispatches/${id}/edit`));
    await expect(timeField(tab, "Start")).toBeVisible();
  }
  const save = async (tab: Page) => {
    await comeTo(tab);
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
  await expect(page.getByRole("alert").filter({ hasText: "Somebody changed this dispatch" })).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Mine");
  expect((await read()).message_text).not.toBe("Mine");
  await page.getByRole("button", { name: "Load the newer version" }).click();
  await expect(page.getByText("The newer version is loaded.")).toBeVisible();
  await expect(page.getByLabel("Message")).toHaveValue("Mine");
  await expect(timeField(page, "End")).toHaveText(
    new RegExp(`${later.slice(8)}/${later.slice(5, 7)}/.*12:00`),
  );
  await save(page);
  await expect(page).toHaveURL(new RegExp(`/dispatches/${id}$`));
  expect(await read()).toMatchObject({ message_text: "Mine", end_datetime: `${later}T09:00:00.000Z` });
});
