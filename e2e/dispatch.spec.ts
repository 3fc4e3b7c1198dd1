import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { address, at, call, hour, tomorrow } from "./support/api";
import { expectAccessible, open, reload } from "./support/page";
import { few } from "./support/people";

const read = async (id: string) => (await call("GET", `/api/v1/dispatches/${id}/`)).json();

/** One of its messages fails, with a code of its own. */
async function fail(id: string, phone: string, code: string): Promise<void> {
  const sql = postgres(process.env.CARILLON_POSTGRES!, { max: 1 });
  const [message] = await sql`
    select m.id::text as id, m.lane_no, m.status from messages m
    where m.phone = ${phone} and m.id >> 32 = (select no from dispatches where id = ${id})`;
  const { id: no, lane_no: lane, status } = message as Record<string, string>;
  await sql`update messages set status = 'failed', error = ${code} where id = ${no!}::bigint`;
  await sql`update lanes set ${sql(status!)} = ${sql(status!)} - 1, failed = failed + 1 where no = ${lane!}`;
  await sql`
    insert into failures (message_id, lane_no, outcome, code, at)
    values (${no!}::bigint, ${lane!}, 'failed', ${code}, now())`;
  await sql.end();
}

const actions = async (page: Page) => {
  await page.getByRole("button", { name: "More actions" }).click();
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  const names = await page.getByRole("menuitem").allInnerTexts();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await expect(page.getByRole("button", { name: "More actions" })).toBeFocused();
  return names.map((name) => name.trim());
};

test("a dispatch says what it is and what comes before it begins; afterwards its failures filter and export, and those not reached are written to again", async ({
  page,
}) => {
  const name = `Autumn ${Date.now()}`;
  const text = `${name}: ${"everything for less. ".repeat(30)}`;
  const make = async (more: Record<string, unknown>) =>
    (await call("POST", "/api/v1/dispatches/", tomorrow({ name, filter_tag: few.tag, ...more }))).json();
  const before = await make({ message_text: text });
  expect(before).toMatchObject({ name, message_text: text });
  await open(page, address(`/dispatches/${before.id}`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByRole("region", { name: "Finishes" }).getByRole("listitem")).toHaveCount(few.count);
  await expect(page.getByRole("region", { name: "Audience" })).toContainText(`${few.count} recipients`);
  await expect(page.getByRole("region", { name: "Cost" })).toContainText(/20 segments/);
  const whole = page.getByRole("button", { name: "Show the whole text" });
  await whole.click();
  await expect(page.getByRole("button", { name: "Show less" })).toHaveAttribute("aria-expanded", "true");
  expect(await actions(page)).toEqual(["Duplicate", "Cancel dispatch"]);
  await expect(page.getByRole("link", { name: "Edit" })).toBeVisible();
  await page.getByRole("link", { name: "Show these people" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audience");
  await expect(page.getByText("+79100000000")).toBeVisible();

  const { id } = await make({ message_text: name, start_datetime: at(-hour) });
  await expect
    .poll(async () => {
      const { status, progress } = await read(id);
      return [status, progress.sent];
    })
    .toEqual(["completed", 0]);
  const { delivered, dispatch } = await (await call("GET", `/api/v1/dispatches/${id}/timeline/`)).json();
  expect(delivered.at(-1).total).toBe(dispatch.progress.delivered);
  await fail(id, "+79100000000", "30003");
  await fail(id, "+79200000000", "30008");
  await open(page, address(`/dispatches/${id}`));
  const messages = page.getByRole("region", { name: "Messages", exact: true });
  const rows = messages.getByRole("listitem");
  await expect(rows).toHaveCount(few.count);
  const reason = page.getByRole("button", { name: /^30003/ });
  await reason.click();
  await expect(page).toHaveURL(/outcome=failed&error=30003/);
  await expect(rows).toHaveCount(1);
  await reload(page);
  await expect(reason).toHaveAttribute("aria-pressed", "true");
  await expect(rows).toContainText(["+79100000000"]);
  const chart = page.getByRole("figure", { name: "Delivered over time" });
  await expect(chart.locator(".recharts-area-curve")).toBeVisible();
  await expectAccessible(page);
  await messages.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(new URL(file.url()).searchParams.get("error")).toBe("30003");
  await rows.getByRole("button", { name: /^Details/ }).click();
  await expect(messages).toContainText("1 attempt");
  await expect(messages).toContainText("30003");

  await page.getByRole("link", { name: "Send to those not reached" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("To those not reached");
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue(name);
  await expect(page.getByRole("group", { name: "Audience" }).locator("strong")).toHaveText("2 recipients");
});
