import { expect, type Page, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./support/api";
import { comeTo, open, reload } from "./support/page";
import { patient } from "./support/people";

const text = (what: string) => `${what} ${Date.now()}`;

test("the table is sorted by its headings, by the keyboard too, and the address keeps the order", async ({
  page,
}) => {
  const marker = text("Sorted");
  for (const [name, hours] of Object.entries({ b: 30, a: 40, c: 20 }))
    await call(
      "POST",
      "/api/v1/dispatches/",
      tomorrow({
        message_text: `${name} ${marker}`,
        start_datetime: at(hours * hour),
        end_datetime: at(50 * hour),
      }),
    );
  await open(page, address(`/dispatches?view=table&q=${encodeURIComponent(marker)}`));
  const first = page.getByRole("row").nth(1);
  await expect(page.getByRole("columnheader", { name: "Start" })).toHaveAttribute("aria-sort", "descending");
  await expect(first).toContainText(`a ${marker}`);
  const byText = page.getByRole("button", { name: "Text" });
  await byText.press("Enter");
  await expect(page).toHaveURL(/sort=text/);
  await expect(page.getByRole("columnheader", { name: "Text" })).toHaveAttribute("aria-sort", "ascending");
  await byText.press("Enter");
  await expect(page).toHaveURL(/sort=-text/);
  await expect(first).toContainText(`c ${marker}`);
  await expect(page.getByRole("columnheader", { name: "Text" })).toHaveAttribute("aria-sort", "descending");
  await reload(page);
  await expect(first).toContainText(`c ${marker}`);
  // The link covers all of the row, so that the cell itself never gets the click.
  await first.getByRole("cell").last().click({ force: true });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`c ${marker}`);
});

const card = (page: Page, message: string) => page.getByRole("article", { name: message });
const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

const polls = /\/api\/v1\/dispatches\/board\//;

/** A dispatch that runs while it is looked at. */
async function run(message: string): Promise<string> {
  const body = tomorrow({ message_text: message, start_datetime: at(0), filter_tag: patient.tag });
  return (await (await call("POST", "/api/v1/dispatches/", body)).json()).id;
}

test("two tabs: what one pauses the other shows, with who did it, and both can take their own pause back", async ({
  page,
  context,
}) => {
  const message = text("Two tabs");
  const id = await run(message);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await open(tab, address("/dispatches"));
    await expect(column(tab, "Running")).toContainText(message);
  }
  for (const [mine, theirs] of [
    [page, other],
    [other, page],
  ] as const) {
    await comeTo(mine);
    await card(mine, message).getByRole("button", { name: "Pause" }).click();
    await expect(column(mine, "Paused")).toContainText(message);
    await expect(column(theirs, "Paused")).toContainText(message);
    await expect(card(theirs, message)).toContainText(/Paused by \S/);
    await mine.getByRole("button", { name: "Undo" }).click();
    await expect(column(mine, "Running")).toContainText(message);
    await expect(column(theirs, "Running")).toContainText(message);
  }
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("two tabs act at once: the second is told that it came too late, and sees what is", async ({
  page,
  context,
}) => {
  const message = text("Too late");
  const id = await run(message);
  await open(page, address("/dispatches"));
  await expect(column(page, "Running")).toContainText(message);
  // From here on this tab hears nothing of what others do.
  await page.route(polls, () => {});
  const other = await context.newPage();
  await open(other, address(`/dispatches/${id}`));
  await other.getByRole("button", { name: "More actions" }).click();
  await other.getByRole("menuitem", { name: "Cancel dispatch" }).click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Cancel dispatch" }).click();
  await expect(other.getByText("Cancelled", { exact: true }).first()).toBeVisible();

  await comeTo(page);
  await card(page, message).getByRole("button", { name: "Pause" }).click();
  await page.unroute(polls);
  await expect(page.getByText("A dispatch that is cancelled does not allow this")).toBeVisible();
  await expect(column(page, "Finished")).toContainText(message);
});

test("a menu that is open keeps what it opened with: what one presses does not move", async ({ page }) => {
  const id = await run(text("Menu"));
  let failed = 0;
  await page.route(`**/api/v1/dispatches/${id}/`, async (route) => {
    // Whole, whatever the page has already.
    const { "if-none-match": _, ...headers } = await route.request().allHeaders();
    const response = await route.fetch({ headers });
    const dispatch = await response.json();
    await route.fulfill({ response, json: { ...dispatch, progress: { ...dispatch.progress, failed } } });
  });
  // The second answer comes when the first one is drawn.
  const told = async () => {
    for (let i = 0; i < 2; i++) await page.waitForResponse(`**/api/v1/dispatches/${id}/`);
  };
  await open(page, address(`/dispatches/${id}`));
  await told();
  await page.getByRole("button", { name: "More actions" }).click();
  const items = page.getByRole("menuitem");
  await expect(items).toHaveText(["Duplicate", "Cancel dispatch"]);
  failed = 1;
  await told();
  await expect(items).toHaveText(["Duplicate", "Cancel dispatch"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(items).toHaveText(["Duplicate", "Retry failed", "Cancel dispatch"]);
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("a poll that is not answered or fails is said once, the cards stay, and the board recovers by itself", async ({
  page,
  context,
}) => {
  const message = text("Poll");
  await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: message }));
  await open(page, address(`/dispatches?q=${encodeURIComponent(message)}`));
  await expect(column(page, "Scheduled")).toContainText(message);
  // A scheduled dispatch says how long it is until it starts.
  await expect(card(page, message)).toContainText("in 24 hours");
  await context.setOffline(true);
  await expect(page.getByText("Can't reach the server.")).toHaveCount(1);
  await expect(column(page, "Scheduled")).toContainText(message);
  await context.setOffline(false);
  await expect(page.getByText("Can't reach the server.")).toBeHidden();

  const problem = {
    status: 500,
    contentType: "application/problem+json",
    body: '{"status":500,"detail":"Failed."}',
  };
  await page.route(polls, (route) => route.fulfill(problem));
  await expect(page.getByText("The server returned an error.")).toHaveCount(1);
  await expect(column(page, "Scheduled")).toContainText(message);
  await page.unroute(polls);
  await expect(page.getByText("The server returned an error.")).toBeHidden();
});

test("the question before a cancel stays while its card changes column, and says so when nothing is left to cancel", async ({
  page,
}) => {
  const message = text("Asked");
  const id = await run(message);
  await open(page, address("/dispatches"));
  await expect(column(page, "Running")).toContainText(message);
  await card(page, message).getByRole("button", { name: "Cancel dispatch" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("Cancel this dispatch?");
  const keep = await dialog.getByRole("button", { name: "Keep it" }).elementHandle();

  await call("POST", `/api/v1/dispatches/${id}/pause/`);
  await expect(page.locator("section", { has: page.locator("#column-paused") })).toContainText(message);
  await expect(dialog).toContainText("Cancel this dispatch?");
  // The very same dialog, with its focus: none that was opened anew.
  expect(await keep!.evaluate((element) => element.isConnected)).toBe(true);

  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  await expect(dialog).toContainText("There is nothing left to cancel");
  await expect(dialog).toContainText("already cancelled");
  await expect(dialog.getByRole("button", { name: "Cancel dispatch" })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
  await expect(card(page, message).getByRole("link")).toBeFocused();
});

test("who pauses and cancels by the keyboard keeps the focus at the card, wherever it goes", async ({
  page,
}) => {
  const message = text("Keys");
  const id = await run(message);
  await open(page, address("/dispatches"));
  await expect(column(page, "Running")).toContainText(message);
  const button = (name: string) => card(page, message).getByRole("button", { name });
  await button("Pause").press("Enter");
  await expect(column(page, "Paused")).toContainText(message);
  await expect(button("Resume")).toBeFocused();
  await button("Cancel dispatch").press("Enter");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel dispatch" }).press("Enter");
  await expect(column(page, "Finished")).toContainText(message);
  await expect(card(page, message).getByRole("link")).toBeFocused();
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("a running card claims no rate before it has measured one", async ({ page }) => {
  const message = text("Pace");
  const id = await run(message);
  // Each answer counts a few more, however busy this machine is.
  let accepted = 0;
  await page.route(polls, async (route) => {
    const answer = await (await route.fetch()).json();
    for (const { progress } of answer.running) progress.accepted = accepted += 5;
    await route.fulfill({ json: answer });
  });
  // From the first paint on: whatever the card has said of its rate.
  await page.addInitScript(() => {
    const said = new Set<string>();
    Object.assign(window, { said });
    new MutationObserver(() => {
      for (const span of document.querySelectorAll("article span"))
        if (/^(\S+\/s|measuring)/.test(span.textContent)) said.add(span.textContent.split(" ")[0]!);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  await open(page, address(`/dispatches?q=${encodeURIComponent(message)}`));
  await expect(card(page, message)).toContainText(/[1-9]\d*\/s/);
  const said = await page.evaluate(() => [...(window as unknown as { said: Set<string> }).said]);
  expect(said).toContain("measuring");
  expect(said).not.toContain("0/s");
  // The next poll may be on its way.
  await page.unrouteAll({ behavior: "wait" });
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});
