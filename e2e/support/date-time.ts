import type { Locator, Page } from "@playwright/test";

/** The parts of a field for a date and a time: day, month, year, hour, minute. */
export const timeField = (page: Page, label: string): Locator =>
  page.getByRole("group", { name: label, exact: true });

/** Types a time as a person does: `ddmmyyyyHHmm`, each part going on to the next. */
export async function typeTime(page: Page, label: string, digits: string): Promise<void> {
  await timeField(page, label).getByRole("spinbutton").first().focus();
  await page.keyboard.type(digits);
}
