import { expect, type Page, test } from "@playwright/test";
import { address, call, hour } from "./support/api";
import { timeField, typeTime } from "./support/date-time";
import { choose, expectAccessible, expectNoSidewaysScrolling, open, reload } from "./support/page";

const sendButton = (page: Page) => page.getByRole("button", { name: "Review and schedule" });
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const typed = (day: string) => day.split("-").reverse().join("");
const DAY = 24 * hour;

/** Adds two people in Kiritimati, where a day begins first, and one in Tonga, an hour behind. */
async function addIslanders(): Promise<string> {
  const own = Date.now() % 10_000_000;
  const tag = `Islanders ${own}`;
  await call("POST", "/api/v1/tags/", { name: tag });
  for (const [i, timezone] of ["Pacific/Kiritimati", "Pacific/Kiritimati", "Pacific/Tongatapu"].entries())
    await call("PUT", `/api/v1/recipients/+7900${String((own + i) % 10_000_000).padStart(7, "0")}/`, {
      ...{ tags: [tag], timezone },
    });
  return tag;
}

/** A day and hours that are over in Kiritimati, and last most of an hour longer in Tonga. */
function overInKiritimati() {
  const there = Date.now() + 14 * hour;
  const minutes = Math.floor((there % DAY) / 60_000);
  const [day, until] = minutes < 10 ? [there - DAY, 1_439] : [there, minutes - 5];
  const to = new Date(until * 60_000).toISOString().slice(11, 16);
  const endOf = (days: number, offset: number) =>
    Date.parse(`${dayOf(day + days * DAY)}T${to}Z`) - offset * hour;
  return { day: dayOf(day), to, inTonga: endOf(0, 13), nextInKiritimati: endOf(1, 14) };
}

test("a day at each person's own time: its window is that of the audience's zones, and who is late gets it the next day or not at all", async ({
  page,
}) => {
  const tag = await addIslanders();
  const text = `Where you are ${Date.now()}`;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.postData() ?? ""));
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(text);
  await choose(page, "Tag", tag);
  const own = page.getByRole("checkbox", { name: "At each person's own time" });
  await own.focus();
  await page.keyboard.press("Space");
  await expect(timeField(page, "Start")).toHaveCount(0);

  // The form shows the window of a day in words.
  const later = dayOf(Date.now() + 5 * DAY);
  await typeTime(page, "Day", typed(later));
  await page.getByLabel("From", { exact: true }).fill("10:00");
  await page.getByLabel("To", { exact: true }).fill("18:30");
  await expect(page.getByText(/^Starts .*23:00, ends by .*08:30 \(Moscow\)$/)).toBeVisible();
  await expect(
    page.getByText("2 time zones: the first is Kiritimati at 23:00, the last is Tongatapu until 08:30"),
  ).toBeVisible();
  await expect(page.getByRole("heading", { name: "By time zone" })).toBeVisible();
  await expect(sendButton(page)).toBeEnabled();
  await expectAccessible(page, "form");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 720 });

  // A reload keeps the day. The exact fields show the same window.
  await reload(page);
  await expect(timeField(page, "Day")).toHaveText(
    new RegExp(typed(later).replace(/(..)(..)(.*)/, "$1/$2/$3")),
  );
  await expect(sendButton(page)).toBeEnabled();
  await page.getByRole("button", { name: "Exact start and end" }).click();
  await expect(timeField(page, "Start")).toHaveText(/23:00/);
  await expect(timeField(page, "End")).toHaveText(/08:30/);
  await page.getByRole("button", { name: "One day for everyone" }).click();

  // A day that is over everywhere is impossible.
  await typeTime(page, "Day", "01012024");
  await expect(page.getByText("This day is over for everyone in the audience")).toBeVisible();
  await expect(sendButton(page)).toBeDisabled();

  // When the day is over for some, the user must choose.
  const { day, to, inTonga, nextInKiritimati } = overInKiritimati();
  await typeTime(page, "Day", typed(day));
  await page.getByLabel("From", { exact: true }).fill("00:00");
  await page.getByLabel("To", { exact: true }).fill(to);
  await expect(page.getByText(/it is already too late for 2 recipients: Kiritimati$/)).toBeVisible();
  await expect(page.getByText("Choose what happens to them.")).toBeVisible();
  await expect(sendButton(page)).toBeDisabled();
  await expectAccessible(page, "form");
  const notAtAll = page.getByRole("radio", { name: "They don't get it at all (2)" });
  await page.getByRole("radio", { name: /^They get it the next day/ }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(notAtAll).toBeChecked();
  await expect(page.getByText("Choose what happens to them.")).toHaveCount(0);
  await sendButton(page).click();
  await expect(page.getByRole("checkbox", { name: /^2 recipients won't get it/ })).toBeVisible();
  const reviewed = JSON.parse(asked.findLast((body) => body.includes(text)) ?? "");
  expect(reviewed).toMatchObject({ end_datetime: new Date(inTonga).toISOString() });
  expect(reviewed.local_time.days).toHaveLength(1);
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("radio", { name: /^They get it the next day/ }).check();
  await sendButton(page).click();
  await expect(
    page.getByText(/^On .* from 00:00 to .*, where each recipient is\. Where that day is over, on/),
  ).toBeVisible();
  await page.getByRole("button", { name: "Schedule", exact: true }).click();
  await expect(page).toHaveURL(/dispatches\/[0-9a-f-]{36}$/);
  await expect(page.locator("section[aria-labelledby=schedule] [data-closed]")).not.toHaveCount(0);
  const [made] = (await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(text)}`)).json())
    .items;
  expect(made.local_time).toMatchObject({ from: "00:00", to, unknown_zone: "dispatch" });
  expect(made.local_time.days).toHaveLength(2);
  expect(Date.parse(made.end_datetime)).toBe(nextInKiritimati);
  await call("POST", `/api/v1/dispatches/${made.id}/cancel/`);
});

test("what was scheduled for a day is edited and duplicated as one, and its window moves only when that is asked for", async ({
  page,
}) => {
  const tag = await addIslanders();
  const [day, next] = [5, 6].map((days) => dayOf(Date.now() + days * DAY));
  const weekday = new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", {
    weekday: "short",
    timeZone: "UTC",
  });
  const answer = await call("POST", "/api/v1/dispatches/", {
    ...{ timezone: "Europe/Moscow", message_text: "At your own time", filter_tag: tag },
    // The window of Tonga alone.
    ...{ start_datetime: `${day}T10:00+13:00`, end_datetime: `${day}T18:30+13:00` },
    local_time: { from: "10:00", to: "18:30", days: [weekday.toLowerCase()], unknown_zone: "skip" },
  });
  const { id } = await answer.json();
  const read = async () => (await call("GET", `/api/v1/dispatches/${id}/`)).json();
  const { start_datetime: start } = await read();
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByText(`10:00–18:30 where each recipient is, ${weekday}`)).toBeVisible();

  const save = async () => {
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Save", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`dispatches/${id}$`));
  };
  const shown = (day: string) => new RegExp(day.split("-").reverse().join("/"));
  await open(page, address(`/dispatches/${id}/edit`));
  await expect(timeField(page, "Day")).toHaveText(shown(day!));
  await expect(page.getByLabel("To", { exact: true })).toHaveValue("18:30");
  await page.getByLabel("Message").fill("In your own time");
  await expect(page.getByText("For today's audience it would be another one.")).toBeVisible();
  await save();
  expect(await read()).toMatchObject({ message_text: "In your own time", start_datetime: start });

  await open(page, address(`/dispatches/${id}/edit`));
  await page.getByRole("button", { name: "Take the window for today's audience" }).click();
  await save();
  expect(Date.parse((await read()).start_datetime)).toBe(Date.parse(start) - hour);

  await open(page, address(`/dispatches/new?like=${id}`));
  await expect(timeField(page, "Day")).toHaveText(shown(next!));
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("10:00");
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("quiet hours are set by day, from when to when", async ({ page }) => {
  await open(page, address("/settings/quiet-hours"));
  const section = page.getByRole("region", { name: "Quiet hours" });
  // Not switched on: other tests send.
  const from = section.getByLabel("From", { exact: true });
  await from.fill("25:15");
  await from.blur();
  await expect(from).not.toHaveValue("25:15");
  await from.fill("2215");
  await from.blur();
  await expect(from).toHaveValue("22:15");
  await section.getByRole("checkbox", { name: "Wed" }).uncheck();
  await section.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Quiet hours are off")).toBeVisible();
  expect(await (await call("GET", "/api/v1/settings/quiet-hours/")).json()).toMatchObject({
    enabled: false,
    from: "22:15",
    days: ["mon", "tue", "thu", "fri", "sat", "sun"],
  });
  await expectAccessible(page, "section[aria-labelledby=quiet-hours]");
});
