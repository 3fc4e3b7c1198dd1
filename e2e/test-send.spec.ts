import { expect, test } from "@playwright/test";
import { address, call } from "./support/api";
import { open, reload } from "./support/page";

test("a text is tried on one's own phone, without scheduling anything", async ({ page }) => {
  const phone = `+7916${String(Date.now()).slice(-7)}`;
  expect((await call("PUT", `/api/v1/recipients/${encodeURIComponent(phone)}/`, {})).status).toBe(201);
  const text = `Tried ${phone}`;
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(text);
  await page.getByRole("button", { name: "Try it on your phone" }).click();
  const field = page.getByLabel("Your number");
  await expect(field).toBeFocused();
  await field.fill("+79990000000");
  await field.press("Enter");
  await expect(page.getByText("No recipient has this number. Add it to the audience first.")).toBeVisible();
  await field.fill(phone);
  await field.press("Enter");
  await expect(page.getByText(/Delivered\./)).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  const { items } = await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(text)}`)).json();
  expect(items).toEqual([]);
  // The number is remembered, and its message can be looked at.
  await reload(page);
  await page.getByRole("button", { name: "Try it on your phone" }).click();
  await expect(field).toHaveValue(phone);
  await page.getByLabel("Message").fill("");
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("The text is empty.")).toBeVisible();
});
