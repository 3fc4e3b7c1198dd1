import { expect, test } from "@playwright/test";
import { address } from "./api";

for (const locale of ["ru-RU", "en-GB"]) {
  test.describe(locale, () => {
    test.use({ locale });

    test(`every page loads in ${locale} without an error in the console`, async ({ page }) => {
      const errors: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(error.message));
      for (const path of [
        "/",
        "/dispatches",
        "/dispatches?view=table",
        "/dispatches/new",
        "/audience",
        "/phone",
        "/status",
        "/settings",
        "/settings/audit",
        "/settings/webhooks",
        "/docs",
        "/docs/errors/validation",
      ]) {
        await page.goto(address(path));
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      }
      expect(errors).toEqual([]);
    });
  });
}
