import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./support/api";
import { expectAccessible, open, reload } from "./support/page";

const recipient = (phone: string, rest = "") => `/api/v1/recipients/${encodeURIComponent(phone)}/${rest}`;
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Somebody who got a message, and answered it. */
async function makePerson(): Promise<{ phone: string; dispatch: string; text: string }> {
  const digits = String(Date.now() % 10_000_000).padStart(7, "0");
  const [phone, tag, text] = [`+7916${digits}`, `Person ${digits}`, `Your order ${digits} is ready`];
  await call("POST", "/api/v1/tags/", { name: tag });
  await call("PUT", recipient(phone), {
    tags: [tag],
    timezone: "Europe/Samara",
    attributes: { city: "Samara", name: "Anna" },
  });
  const made = await call(
    "POST",
    "/api/v1/dispatches/",
    tomorrow({ message_text: text, start_datetime: at(-hour), filter_tag: tag }),
  );
  const { id } = await made.json();
  await expect
    .poll(async () => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status)
    .toBe("completed");
  return { phone, dispatch: id, text };
}

test("a person's page tells all that is known of a number, changes it, hands it out and erases it", async ({
  page,
}) => {
  const { phone, dispatch, text } = await makePerson();
  // From the list, by the keyboard alone.
  await open(page, address(`/audience?q=${encodeURIComponent(phone)}`));
  await page.getByRole("link", { name: phone }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: phone })).toBeVisible();
  await expect(part(page, "Details")).toContainText(/Samara[\s\S]*Anna/);
  await expect(part(page, "Messages").getByRole("row", { name: text })).toContainText(/Sent|Delivered/);
  await expect(part(page, "Replies")).toContainText("No replies yet.");

  // From everywhere else: what they answered, and why they are not written to.
  await call("POST", "/api/v1/sandbox/replies/", { phone, text: "STOP" });
  for (const tab of ["replies", "suppressions"]) {
    await open(page, address(`/audience?tab=${tab}&q=${encodeURIComponent(phone)}`));
    await page.getByRole("link", { name: phone }).click();
    await expect(part(page, "Opt-outs")).toContainText("Replied STOP");
  }
  await open(page, address(`/dispatches/${dispatch}`));
  await page.getByRole("link", { name: phone }).click();
  await expect(part(page, "Replies")).toContainText("STOP");
  await expectAccessible(page);

  await button(page, "Resubscribe").click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resubscribe" }).click();
  await expect(part(page, "Opt-outs")).toBeHidden();
  await button(page, "Unsubscribe").click();
  await expect(part(page, "Opt-outs")).toContainText("Asked not to");

  await button(page, "Edit").click();
  await page.getByRole("textbox", { name: "Value" }).first().fill("Kazan");
  await button(page, "Save").click();
  await expect(part(page, "Details")).toContainText("Kazan");

  const downloading = page.waitForEvent("download");
  await button(page, "Export data").click();
  const file = await (await downloading).path();
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
    phone,
    recipient: { attributes: { city: "Kazan", name: "Anna" } },
    suppressions: [{ reason: "asked" }],
    messages: [{ dispatch_id: dispatch, text }],
    replies: [{ text: "STOP" }],
  });

  // Twice: the dialog, and the digits.
  await button(page, "Erase data").click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("An opt-out stays as a hash");
  await dialog.getByRole("textbox").fill("0");
  await expect(dialog.getByRole("button", { name: "Erase" })).toBeDisabled();
  await expectAccessible(page, "[role=alertdialog]");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await button(page, "Erase data").click();
  await dialog.getByRole("textbox").fill(phone.slice(-4));
  await dialog.getByRole("button", { name: "Erase" }).click();
  await expect(page).toHaveURL(address("/audience"));
  await expect(page.getByText("The data was erased")).toBeVisible();
  expect((await call("GET", recipient(phone))).status).toBe(404);

  await open(page, address(`/audience/${phone.slice(1)}`));
  await expect(part(page, "Details")).toContainText("This number is not a recipient’s.");
  await expect(part(page, "Messages")).toContainText("No messages yet.");
  await open(page, address(`/dispatches/${dispatch}`));
  await expect(page.getByText("Erased", { exact: true })).toBeVisible();

  // Who comes again is somebody new, and not written to.
  await call("PUT", recipient(phone), {});
  await open(page, address(`/audience/${phone.slice(1)}`));
  await expect(part(page, "Opt-outs")).toContainText(/Asked not to[\s\S]*before the data was erased/);
  await expect(part(page, "Messages")).toContainText("No messages yet.");

  // What cannot be read says so, and is asked for again.
  await page.route("**/messages/?*", (route) => route.fulfill({ status: 500, json: {} }));
  await page.route("**/inbound/?*", (route) => route.fulfill({ status: 500, json: {} }));
  await reload(page);
  await expect(part(page, "Replies").getByRole("alert")).toBeVisible();
  await page.unrouteAll();
  await part(page, "Replies").getByRole("button", { name: "Try again" }).click();
  await expect(part(page, "Replies")).toContainText("No replies yet.");
});
