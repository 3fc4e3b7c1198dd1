import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { address } from "./support/api";
import { open } from "./support/page";

test("A webhook is made, tested, read in its log and deleted, from the page alone", async ({ page }) => {
  const came: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      came.push(String(request.headers["webhook-id"]));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  try {
    await open(page, address("/settings"));
    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByRole("button", { name: "New webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "New webhook" });
    await dialog.getByLabel("Address").fill("ftp://example.com");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText("Enter an address that begins with http:// or https://")).toBeVisible();
    await dialog.getByLabel("Address").fill(url);
    for (const event of ["dispatch.completed", "dispatch.expired"]) await dialog.getByLabel(event).uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText("Choose at least one event.")).toBeVisible();
    await dialog.getByLabel("messages.failed").check();
    // A form says so itself when no answer comes, and not in the browser's own words.
    await page.route("**/api/v1/webhooks/", (route) => route.abort());
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText("Can't reach the server. Try again.")).toBeVisible();
    await page.unroute("**/api/v1/webhooks/");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByLabel(`The secret of ${url}`)).toHaveValue(/^whsec_[\w+/]{43}=$/);
    await page.getByRole("button", { name: "I have saved it" }).click();

    const card = page.getByRole("article", { name: url });
    await card.getByRole("button", { name: "Send a test" }).click();
    const log = card.getByRole("list", { name: `Log of ${url}` });
    await expect(log.getByText("delivered", { exact: true })).toHaveCount(1);
    const again = log.getByRole("button", { name: /^Send again/ });
    await page.route("**/replay/", (route) => route.abort());
    await again.click();
    await expect(page.getByText("Can't reach the server. Try again.")).toBeVisible();
    await page.unroute("**/replay/");
    const asked: (() => void)[] = [];
    await page.route("**/replay/", async (route) => {
      await new Promise<void>((go) => asked.push(go));
      await route.continue();
    });
    await again.click();
    await expect(again).toHaveAttribute("aria-busy", "true");
    await expect(again).toBeFocused();
    await again.press("Enter");
    expect(asked).toHaveLength(1);
    asked[0]!();
    await expect.poll(() => came.length).toBe(2);
    // The same delivery, so that a program that has seen it knows it again.
    expect(came[0]).toBe(came[1]);
    await expect(card.getByText(/^Last delivery: delivered/)).toBeVisible();

    await card.getByRole("button", { name: "Switch off" }).click();
    await expect(card.getByRole("button", { name: "Switch on" })).toBeVisible();
    await card.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(card).toHaveCount(0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
