import { expect, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./api";

const text = (what: string) => `${what} ${Date.now()}`;

test("the table is sorted by its headings, by the keyboard too, and the address keeps the order", async ({ page }) => {
  const marker = text("Sorted");
  for (const [name, hours] of Object.entries({ b: 30, a: 40, c: 20 }))
    await call(
      "POST",
      "/api/v1/dispatches/",
      tomorrow({ message_text: `${name} ${marker}`, start_datetime: at(hours * hour), end_datetime: at(50 * hour) }),
    );
  await page.goto(address(`/dispatches?view=table&q=${encodeURIComponent(marker)}`));
  const first = page.getByRole("row").nth(1);
  await expect(page.getByRole("columnheader", { name: "Start" })).toHaveAttribute("aria-sort", "descending");
  await expect(first).toContainText(`a ${marker}`);
  const byText = page.getByRole("button", { name: "Text" });
  await expect(async () => {
    await byText.press("Enter");
    await expect(page).toHaveURL(/sort=-text/, { timeout: 2_000 });
  }).toPass();
  await expect(first).toContainText(`c ${marker}`);
  await expect(page.getByRole("columnheader", { name: "Text" })).toHaveAttribute("aria-sort", "descending");
  await page.reload();
  await expect(first).toContainText(`c ${marker}`);
  // The link covers all of the row, so that the cell itself never gets the click.
  await first.getByRole("cell").last().click({ force: true });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`c ${marker}`);
});
