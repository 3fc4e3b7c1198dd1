import { readFile } from "node:fs/promises";
import { inflateRawSync } from "node:zlib";
import { type Download, expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { address, at, call, hour, tomorrow } from "./support/api";
import { open, reload } from "./support/page";

let id: string;
const failedPhone = "+79100000000";

/** Four messages that are over; one of them is made a failure. */
test.beforeAll(async () => {
  const body = tomorrow({
    message_text: `Export ${Date.now()}`,
    start_datetime: at(-hour),
    filter_tag: "Few",
    timezone: "Asia/Yekaterinburg",
  });
  id = (await (await call("POST", "/api/v1/dispatches/", body)).json()).id;
  await expect
    .poll(async () => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status)
    .toBe("completed");
  const sql = postgres(process.env.CARILLON_POSTGRES!, { max: 1 });
  await sql`
    update messages set status = 'failed', error = '30003', settled_at = '2026-01-21T15:26:34.459Z', claimed_at = '2026-01-21T15:26:33Z'
    where phone = ${failedPhone} and id >> 32 = (select no from dispatches where id = ${id})`;
  await sql.end();
});

async function download(page: Page, open: string, get: string): Promise<Buffer> {
  await page
    .getByRole("region", { name: /^(Messages|Сообщения)$/ })
    .getByRole("button", { name: open })
    .click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: get }).click(),
  ]);
  return bytesOf(file);
}
const bytesOf = async (file: Download) => readFile(await file.path());

/** A file of a workbook, which is a zip: its names and bytes stand one behind the other. */
function unzip(zip: Buffer, name: string): string {
  const found = zip.indexOf(Buffer.from(name), zip.indexOf("PK\u0001\u0002"));
  const header = found - 46;
  const local = zip.readUInt32LE(header + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const body = zip.subarray(start, start + zip.readUInt32LE(header + 20));
  return (zip.readUInt16LE(header + 10) === 0 ? body : inflateRawSync(body)).toString();
}

test.describe("in Russian", () => {
  test.use({ locale: "ru-RU" });

  test("what is filtered is exported, with semicolons, Russian words and the dispatch's own time; the filter survives a reload", async ({
    page,
  }) => {
    await open(page, address(`/dispatches/${id}`));
    await page.getByLabel("Результат").selectOption("failed");
    await expect(page).toHaveURL(/outcome=failed/);
    await reload(page);
    await expect(page.getByLabel("Результат")).toHaveValue("failed");
    const lines = (await download(page, "Выгрузить", "Скачать")).toString().trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe(
      "Телефон;Идентификатор;Оператор;Результат;Попыток;Взято в работу;Итог получен;Ошибка",
    );
    // 15:26:34 in UTC.
    expect(lines[1]).toMatch(
      /^\+79100000000;\d+;mts;Ошибка;1;2026-01-21 20:26:33;2026-01-21 20:26:34;30003$/,
    );
  });
});

test("separator, language, zone and a workbook can be chosen; without a choice an export is what it was", async ({
  page,
}) => {
  await open(page, address(`/dispatches/${id}?outcome=failed`));
  const messages = page.getByRole("region", { name: "Messages" }).first();
  await expect(messages.getByRole("listitem")).toHaveCount(1);
  await messages.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByLabel("Column separator")).toHaveValue("comma");
  await dialog.getByLabel("Language").selectOption("ru");
  await dialog.getByLabel("Time zone").selectOption("UTC");
  await dialog.getByLabel("File").selectOption("xlsx");
  await expect(dialog.getByLabel("Column separator")).toHaveCount(0);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("messages.xlsx");
  const strings = unzip(await bytesOf(file), "xl/sharedStrings.xml");
  for (const text of ["Итог получен", failedPhone, "2026-01-21 15:26:34"]) expect(strings).toContain(text);
  expect(strings).not.toContain("+7920");

  const plain = await (await call("GET", `/api/v1/dispatches/${id}/messages.csv`)).text();
  const lines = plain.trim().split("\r\n");
  expect(lines).toHaveLength(5);
  expect(plain).toContain("phone,id,operator,status,attempts,claimed_at,settled_at,error\r\n");
  expect(plain).toMatch(
    /\+79100000000,\d+,mts,failed,1,2026-01-21T15:26:33\.000Z,2026-01-21T15:26:34\.459Z,30003\r\n/,
  );
});

test("recipients are exported as they are filtered", async ({ page }) => {
  await open(page, address("/audience?tag=Few"));
  await page.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect((await bytesOf(file)).toString().trim().split("\r\n")).toHaveLength(5);
});
