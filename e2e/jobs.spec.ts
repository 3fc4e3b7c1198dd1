import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { address, at, call, hour, tomorrow } from "./support/api";
import { open } from "./support/page";
import { few, patient } from "./support/people";

/**
 * What somebody does by hand, counted: a click, a text that is typed, a choice in a list of the
 * browser's own, a key that commits. Each job has a budget; docs/jobs.md has the table.
 */
class Hand {
  acts = 0;

  constructor(readonly page: Page) {}

  click(on: Locator): Promise<void> {
    this.acts++;
    return on.click();
  }
  type(into: Locator, text: string): Promise<void> {
    this.acts++;
    return into.fill(text);
  }
  press(on: Locator, key: string): Promise<void> {
    this.acts++;
    return on.press(key);
  }
  async choose(from: Locator, label: string): Promise<void> {
    this.acts++;
    await from.selectOption({ label });
  }
  give(to: Locator, name: string, text: string): Promise<void> {
    this.acts++;
    return to.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  }
  button = (name: string | RegExp) => this.click(this.page.getByRole("button", { name }));
  link = (name: string) => this.click(this.page.getByRole("link", { name, exact: true }).first());

  /** It took no more than this. */
  took(job: string, max: number): void {
    console.log(`${job}: ${this.acts} of ${max}`);
    expect(this.acts, job).toBeLessThanOrEqual(max);
  }
}

const read = async (id: string) => (await call("GET", `/api/v1/dispatches/${id}/`)).json();

/** One that is over, whose first message failed. */
async function makeFailed(message: string): Promise<{ id: string; phone: string }> {
  const body = tomorrow({ message_text: message, start_datetime: at(-hour), filter_tag: few.tag });
  const { id } = await (await call("POST", "/api/v1/dispatches/", body)).json();
  await expect.poll(async () => (await read(id)).status).toBe("completed");
  const sql = postgres(process.env.CARILLON_POSTGRES!, { max: 1 });
  const [failed] = await sql<{ phone: string }[]>`
    update messages set status = 'failed', error = '30003'
    where id = (
      select min(id) from messages where id >> 32 = (select no from dispatches where id = ${id})
    ) returning phone`;
  await sql.end();
  return { id, phone: failed!.phone };
}

test("from a messy file to a running dispatch", async ({ page }) => {
  const tag = `Messy ${Date.now()}`;
  const first = String(Date.now() % 10_000_000).padStart(7, "0");
  const rows = [
    "Имя;Телефон;Теги;Комментарий",
    `Анна;8 (916) ${first.slice(0, 3)}-${first.slice(3, 5)}-${first.slice(5)};${tag};любит скидки`,
    `Анна;+7916${first};${tag};второй раз`,
    `Борис;нет номера;${tag};`,
    ";;;",
  ];
  const hand = new Hand(page);
  await open(page, address("/"));
  await hand.link("Audience");
  await hand.link("Import");
  await hand.give(page.getByLabel("Choose a file").last(), "messy.csv", `\uFEFF${rows.join("\r\n")}`);
  await hand.choose(page.getByLabel("What the column “Комментарий” is"), "Do not import");
  await hand.button(/^Import 1 /);
  await expect(page.getByText("or drop it here")).toBeVisible();
  await expect.poll(async () => (await call("GET", `/api/v1/recipients/%2B7916${first}/`)).status).toBe(200);
  await hand.link("New dispatch");
  await hand.type(page.getByRole("textbox", { name: "Message" }), tag);
  await hand.button(/Tag/);
  await hand.click(page.getByRole("option", { name: tag }));
  await hand.button("Start now");
  await hand.button("Review and schedule");
  await hand.click(page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }));
  await expect(page.getByText(/^(Running|Completed)$/).first()).toBeVisible();
  hand.took("a messy file to a running dispatch", 20);
});

test("at a dispatch that is over: why did she not get it, its failures as a file, the same again tomorrow", async ({
  page,
}) => {
  const message = `Jobs ${Date.now()}`;
  const { id, phone } = await makeFailed(message);
  await open(page, address(`/dispatches/${id}`));
  const messages = page.getByRole("region", { name: "Messages", exact: true });

  const asking = new Hand(page);
  await asking.type(messages.getByRole("searchbox"), phone);
  await asking.press(messages.getByRole("searchbox"), "Enter");
  await expect(messages).toContainText(/Failed · .* · 30003/);
  asking.took("why did she not get it", 3);

  const exporting = new Hand(page);
  await messages.getByRole("button", { name: "Back to all messages" }).click();
  await exporting.choose(page.getByLabel("Outcome"), "Failed");
  await exporting.click(messages.getByRole("button", { name: "Export" }));
  const downloading = page.waitForEvent("download");
  await exporting.button("Download");
  const file = await readFile(await (await downloading).path(), "utf8");
  expect(file.trim().split("\n")).toHaveLength(2);
  expect(file).toContain(phone);
  exporting.took("export failures", 3);

  const repeating = new Hand(page);
  await repeating.link("Duplicate");
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue(message);
  await repeating.button("Review and schedule");
  const dialog = page.getByRole("alertdialog");
  await repeating.click(dialog.getByLabel(/^The same text went to the same audience/));
  await repeating.click(dialog.getByRole("button", { name: "Schedule" }));
  await expect(page.getByText("Scheduled", { exact: true }).first()).toBeVisible();
  await expect(page).not.toHaveURL(new RegExp(`new|${id}`));
  const again = await read(page.url().split("/").at(-1)!);
  expect(Date.parse(again.start_datetime) - Date.now()).toBeGreaterThan(12 * hour);
  repeating.took("duplicate for tomorrow", 4);
});

test("last month's dispatch", async ({ page }) => {
  const message = `Last month ${Date.now()}`;
  const sql = postgres(process.env.CARILLON_POSTGRES!, { max: 1 });
  await sql`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments, status, audience, started_at, finished_at)
    select gen_random_uuid(), 'Europe/Moscow', at, at + interval '2 hours', '', '', ${message}, 1, 'completed', 0, at, at
    from (select date_trunc('month', now()) - interval '10 days' as at) t`;
  await sql.end();
  const hand = new Hand(page);
  await open(page, address("/"));
  await hand.link("Dispatches");
  await hand.choose(page.getByLabel("Period"), "Last month");
  await expect(page).toHaveURL(/period=last_month/);
  await hand.click(page.getByRole("article", { name: message }).getByRole("link"));
  await expect(page.getByRole("heading", { level: 1, name: message })).toBeVisible();
  hand.took("last month's dispatch", 3);
});

test("unsubscribe a caller, by the last four digits", async ({ page }) => {
  const phone = `+7916${String(Date.now() % 10_000_000).padStart(7, "0")}`;
  await call("PUT", `/api/v1/recipients/${encodeURIComponent(phone)}/`, {});
  const hand = new Hand(page);
  await open(page, address("/"));
  await hand.link("Audience");
  await hand.type(page.getByRole("searchbox"), phone.slice(-4));
  await hand.button(`Unsubscribe ${phone}`);
  await expect(page.getByRole("button", { name: `Resubscribe ${phone}` })).toBeVisible();
  const person = await (await call("GET", `/api/v1/recipients/${encodeURIComponent(phone)}/`)).json();
  expect(person.opted_out_at).not.toBeNull();
  hand.took("unsubscribe a caller by the last four digits", 4);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("find what is broken, and stop it", async ({ page }) => {
    // Three minutes for three hundred people, one a second.
    const body = tomorrow({
      message_text: `Broken ${Date.now()}`,
      start_datetime: at(0),
      end_datetime: at(hour / 20),
      filter_tag: patient.tag,
    });
    const { id } = await (await call("POST", "/api/v1/dispatches/", body)).json();
    await open(page, address("/"));
    const hand = new Hand(page);
    await hand.click(page.locator(`section[aria-labelledby=attention] a[href="/dispatches/${id}"]`));
    await hand.button("Pause");
    await expect.poll(async () => (await read(id)).status).toBe("paused");
    hand.took("find what is broken and stop it, on a phone", 3);
    await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  });
});
