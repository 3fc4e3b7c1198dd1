import { expect, test } from "@playwright/test";
import { address, call } from "./support/api";
import { expectAccessible, open, reload } from "./support/page";

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

test("a test goes through a chosen gateway, and its row says what the gateway said", async ({ page }) => {
  const phone = `+7916${String(Date.now()).slice(-7, -4)}1111`;
  const refused = phone.replace(/1111$/, "0001");
  await open(page, address("/settings/operators"));
  const row = page.getByRole("region", { name: "Gateways" }).getByRole("listitem");
  await row.getByRole("button", { name: "Send a test through default" }).click();
  const form = page.getByRole("form", { name: "A test through default" });
  await form.getByLabel("Your number").fill(phone.replace("+7", "8"));
  await form.getByRole("button", { name: "Send a test" }).click();
  await form.getByRole("button", { name: "Add it and send" }).click();
  await expect(form.getByRole("status")).toHaveText(/^Accepted and delivered. Message \d+\. Details$/);
  await form.getByLabel("Your number").fill(refused);
  await form.getByRole("button", { name: "Send a test" }).click();
  await form.getByRole("button", { name: "Add it and send" }).click();
  await expect(form.getByRole("status")).toContainText("Refused: number does not exist. Not sent;");
  await form.getByLabel("Text").fill("");
  await form.getByRole("button", { name: "Send a test" }).click();
  await expect(form.getByText("The text is empty.")).toBeVisible();
  await expectAccessible(page);
});
