import { expect, type Page, type Response, test } from "@playwright/test";
import postgres from "postgres";
import { address } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { open, reload } from "./support/page";

const finished = 10_000;
const scheduled = 30;
const marker = `History ${Date.now()}`;
const board = (page: Page) => open(page, address(`/dispatches?q=${encodeURIComponent(marker)}`));
const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true }).last();
const rows = (page: Page) => page.getByRole("table").getByRole("row", { name: marker });

/**
 * Years of work, written as it would stand in the rows. The lowest number is the oldest; the
 * highest text is "a 9999 …".
 */
test.beforeAll(async () => {
  const sql = postgres(process.env.CARILLON_POSTGRES!, { max: 1 });
  await sql`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments, status, audience, started_at, finished_at)
    select gen_random_uuid(), 'Europe/Moscow', at, at + interval '2 hours', '2020-01-01T10:00', '2020-01-01T12:00', 'a ' || i || ' ' || ${marker}, 1,
      case when i % 10 = 0 then 'expired' else 'completed' end, 100, at, at + interval '1 hour'
    from generate_series(1, ${finished}) i, lateral (select timestamptz '2001-01-01' + i * interval '1 hour' as at) t`;
  await sql`
    insert into lanes (dispatch_no, operator_no, open, drained, delivered)
    select no, 1, false, true, 100 from dispatches where message_text like ${`%${marker}`}`;
  await sql`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments)
    select gen_random_uuid(), 'Europe/Moscow', at, at, '2030-01-01T10:00', '2030-01-01T12:00', 'planned ' || i || ' ' || ${marker}, 1
    from generate_series(1, ${scheduled}) i, lateral (select now() + interval '1 year' + i * interval '1 hour' as at) t`;
  await sql.end();
});

test("with 10,000 dispatches the board counts all of them, shows 20 a column, and leads to every one", async ({
  page,
}) => {
  await board(page);
  await expect(page.getByRole("heading", { name: "Finished 10,000" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Scheduled 30" })).toBeVisible();
  await expect(column(page, "Finished").getByRole("article")).toHaveCount(20);
  // What ended last comes first; what starts first comes first.
  await expect(column(page, "Finished").getByRole("article").first()).toContainText("a 10000 ");
  await expect(column(page, "Scheduled").getByRole("article").first()).toContainText("planned 1 ");

  await page.getByRole("link", { name: "Show all 30" }).click();
  await expect(rows(page)).toHaveCount(scheduled);
  await page.goBack();
  await page.getByRole("link", { name: "Show all 10,000" }).click();
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText("a 10000 ");
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows(page)).toHaveCount(100);
  await expect(rows(page).last()).toContainText("a 9901 ");

  // The order is of all, not of those that were read: the oldest of 10,000 is one click away.
  await page.getByRole("button", { name: "Start" }).click();
  await expect(rows(page).first()).toContainText("a 1 ");
  await page.getByLabel("Status").selectOption({ label: "Ended incomplete (1,000)" });
  await expect(rows(page).first()).toContainText("a 10 ");
  await reload(page);
  await expect(page.getByLabel("Status")).toHaveValue("expired");
  await expect(rows(page).first()).toContainText("a 10 ");
  await rows(page).first().getByRole("cell").last().click({ force: true });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`a 10 ${marker}`);
});

test("a period of one's own is typed, kept by the address, and finds what began in those days", async ({
  page,
}) => {
  await open(page, address(`/dispatches?view=table&sort=start&q=${encodeURIComponent(marker)}`));
  await page.getByLabel("Period").selectOption("own");
  await typeTime(page, "From", "02012001");
  await typeTime(page, "To", "02012001");
  await expect(page).toHaveURL(/period=2001-01-02\.\.2001-01-02/);
  // A day in Moscow, three hours before UTC: what began at 21:00 on the first is of the second.
  await expect(rows(page)).toHaveCount(24);
  await expect(rows(page).first()).toContainText("a 21 ");
  await reload(page);
  await expect(timeField(page, "To")).toContainText("02/01/2001");
  await expect(rows(page)).toHaveCount(24);
});

test("every key that is typed into a search survives half a second of latency", async ({ page }) => {
  for (const path of ["/dispatches", "/audience"]) {
    await open(page, address(path));
    await page.route("**/*", async (route) => {
      const answer = await route.fetch().catch(() => null);
      await new Promise((later) => setTimeout(later, 500));
      await (answer ? route.fulfill({ response: answer }) : route.abort()).catch(() => {});
    });
    const text = "79161234567890123456";
    const search = page.getByRole("searchbox", { name: /^(Search|Part)/ });
    await search.pressSequentially(text, { delay: 90 });
    await expect(search).toHaveValue(text);
    await expect(page).toHaveURL(new RegExp(`q=${text}`));
    await expect(search).toHaveValue(text);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
});

test("a board of 10,000 dispatches on which nothing moves reads at most 150 KB a minute", async ({
  page,
}) => {
  await board(page);
  await expect(page.getByRole("heading", { name: "Finished 10,000" })).toBeVisible();
  const answers: Promise<number>[] = [];
  page.on("response", (response) => answers.push(sizeOf(response)));
  const since = Date.now();
  for (let i = 0; i < 8; i++) await page.waitForResponse(/dispatches\/board/);
  const ms = Date.now() - since;
  const bytes = (await Promise.all(answers)).reduce((sum, size) => sum + size, 0);
  const perMinute = (bytes * 60_000) / ms;
  console.log(`a board at rest: ${Math.round(perMinute / 1_000)} KB a minute`);
  expect(bytes).toBeGreaterThan(0);
  expect(perMinute).toBeLessThan(150_000);
});

/** What came over the network, in bytes. "Not modified" has no body, and its end is not told. */
async function sizeOf(response: Response): Promise<number> {
  const headers = await response.headersArray();
  const body = response.status() === 304 ? 0 : (await response.request().sizes()).responseBodySize;
  return headers.reduce((sum, { name, value }) => sum + name.length + value.length + 4, body);
}
