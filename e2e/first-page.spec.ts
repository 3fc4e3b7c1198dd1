import { expect, type Page, test } from "@playwright/test";
import { at, hour } from "./support/api";
import { expectAccessible } from "./support/page";
import { type Running, startCarillon } from "./support/start-carillon";

/**
 * An empty Carillon of these tests' own, with people who may do more and less. They follow one
 * another.
 */
test.describe.configure({ mode: "serial" });

let carillon: Running;
const password = "a bell in the tower";

test.beforeAll(async () => {
  test.setTimeout(9 * 60_000);
  carillon = await startCarillon({ DEMO_DATA: "off", AUTH: "required", HOST: "127.0.0.1" });
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await carillon?.stop();
});

const steps = (page: Page) => page.getByRole("region", { name: "Four steps to the first dispatch" });
const next = (page: Page) => steps(page).locator("[aria-current=step]");

/** Calls the API from a page, as whoever has signed in there. */
const call = (page: Page, path: string, body: unknown) =>
  page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return answer.json();
    },
    [path, JSON.stringify(body)] as const,
  );

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${carillon.url}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an empty installation shows the steps to the first dispatch; who may do none of them sees no buttons", async ({
  page,
  browser,
}) => {
  const accept = (link: string, name: string) =>
    fetch(`${carillon.url}/api/v1/invitations/accept/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: link.split("#token=")[1], name, email: `${name}@example.com`, password }),
    });
  expect((await accept(carillon.lines.join("\n").match(/http\S+\/setup#token=\S+/)![0], "anna")).status).toBe(
    200,
  );
  await signIn(page, "anna@example.com");
  await expect(steps(page).getByRole("listitem")).toHaveCount(4);
  await expect(steps(page).getByRole("status")).toHaveText("0 of 4 done");
  await expect(next(page)).toContainText("Add an operator");
  await expectAccessible(page);
  await expect(page.getByText("Nothing is running")).toHaveCount(0);

  const { path } = await call(page, "/api/v1/invitations/", { role: "viewer", email: "vera@example.com" });
  expect((await accept(path, "vera")).status).toBe(200);
  const context = await browser.newContext({
    locale: "en-GB",
    colorScheme: "dark",
    viewport: { width: 390, height: 844 },
  });
  const viewer = await context.newPage();
  await signIn(viewer, "vera@example.com");
  await expect(next(viewer)).toContainText("Your role does not allow this step");
  await expect(steps(viewer).getByRole("listitem")).toHaveCount(4);
  await expect(steps(viewer).getByRole("link").or(steps(viewer).getByRole("button"))).toHaveCount(0);
  await expectAccessible(viewer);
  await context.close();
});

test("step after step is done where its button leads, and what is dispatched then is seen to run", async ({
  page,
}) => {
  await signIn(page, "anna@example.com");
  const overview = () =>
    page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Overview" }).click();

  // By the keyboard, and again when the page had not come to life yet.
  const dialog = page.getByRole("dialog", { name: "New operator" });
  await expect(async () => {
    await next(page).getByRole("button", { name: "Add an operator" }).press("Enter");
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await dialog.getByLabel("Name").fill("Bell Mobile");
  await dialog.getByLabel("Code").fill("bell");
  await dialog.getByLabel("Segments a second").fill("10");
  await dialog.getByLabel("Prefixes").fill("7916");
  await dialog.getByRole("button", { name: "Save" }).press("Enter");
  await expect(next(page)).toContainText("Add recipients");
  await expect(steps(page).getByRole("button", { name: "Add another" })).toBeFocused();

  await next(page).getByRole("link", { name: "Import a file" }).press("Enter");
  const phones = Array.from({ length: 1_000 }, (_, index) => `+79165550${String(index).padStart(3, "0")}`);
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({
      name: "people.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(["phone", ...phones].join("\n")),
    });
  await page.getByRole("button", { name: "Import 1,000 people" }).click();
  await expect(page.getByRole("region", { name: "Imports" })).toContainText("1,000 new");
  await overview();
  await expect(next(page)).toContainText("Send a test");
  await expect(steps(page).getByRole("status")).toHaveText("2 of 4 done");

  // One's own number was not in the file.
  await next(page).getByRole("link", { name: "Send a test" }).press("Enter");
  await expect(page.getByLabel("Message")).toBeFocused();
  await page.keyboard.type("Hello from the tower");
  await page.getByLabel("Your number").fill("+79161112233");
  await page.getByRole("button", { name: "Send a test" }).press("Enter");
  await page.getByRole("button", { name: "Add it and send" }).press("Enter");
  await expect(page.getByText(/Delivered\./)).toBeVisible();
  await overview();
  await expect(next(page)).toContainText("Create the first dispatch");
  await expect(next(page).getByRole("link", { name: "New dispatch" })).toHaveAttribute(
    "href",
    "/dispatches/new",
  );
  await expect(steps(page).getByRole("status")).toHaveText("3 of 4 done");

  const { id } = await call(page, "/api/v1/dispatches/", {
    timezone: "UTC",
    start_datetime: at(0),
    end_datetime: at(hour),
    message_text: "The bells ring at noon",
  });
  const running = page.getByRole("region", { name: "Running now" });
  await expect(running.getByRole("link", { name: "The bells ring at noon" })).toHaveAttribute(
    "href",
    `/dispatches/${id}`,
  );
  await expect(running).toContainText("/ 1,001");
  await expect(running).toContainText(/[1-9]\d*\/s/);
  await expect(steps(page)).toHaveCount(0);
  await expectAccessible(page);

  await call(page, `/api/v1/dispatches/${id}/cancel/`, {});
  await expect(running).toContainText("Nothing is running");
  await expect(running.getByRole("listitem")).toContainText("Cancelled");
});
