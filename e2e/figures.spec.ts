import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./support/api";
import { expectAccessible, open } from "./support/page";
import { patient } from "./support/people";
import { type Running, startCarillon } from "./support/start-carillon";

const make = async (body: unknown) =>
  (await (await call("POST", "/api/v1/dispatches/", body)).json()).id as string;
const numbers = (text: string) => (text.match(/\d+/g) ?? []).map(Number);

/** What the operators' lines say, and what the dispatch says, at one moment. */
async function figures(page: Page) {
  return page.evaluate(() => {
    const read = (element: Element | null | undefined) =>
      element?.textContent?.replaceAll(/[,\s]/g, "") ?? "";
    const bars = [...document.querySelectorAll("[aria-labelledby=lanes] li")];
    return {
      lanes: bars.map((bar) => read(bar.querySelector("span + span"))),
      all: read(document.querySelector("section strong")?.parentElement),
      names: [...document.querySelectorAll("[role=progressbar]")].map((bar) =>
        bar.getAttribute("aria-label"),
      ),
    };
  });
}

test("the operators' figures add up to the dispatch's, and a bar is as long as its operator is far", async ({
  page,
}) => {
  const id = await make(tomorrow({ message_text: `Sums ${Date.now()}`, start_datetime: at(0) }));
  await open(page, address(`/dispatches/${id}`));
  const lanes = page.getByRole("region", { name: "By operator" });
  await expect(lanes.getByRole("listitem").first()).toContainText("/");
  const total = async () => {
    const { lanes, all } = await figures(page);
    const [done, of] = numbers(all);
    const sums = lanes.map(numbers);
    return {
      done,
      of,
      doneOfLanes: sums.reduce((sum, [n]) => sum + n!, 0),
      ofOfLanes: sums.reduce((sum, [, n]) => sum + n!, 0),
    };
  };
  const expectSums = async () => {
    const { done, of, doneOfLanes, ofOfLanes } = await total();
    expect([doneOfLanes, ofOfLanes]).toEqual([done, of]);
  };
  await expect.poll(async () => (await total()).of, "the audience is counted").toBeGreaterThan(0);
  for (let i = 0; i < 5; i++) {
    await page.waitForResponse(/\/timeline\//);
    await expectSums();
  }
  const { names } = await figures(page);
  expect(new Set(names).size).toBe(names.length);
  // The slow operator has hardly begun: its bar is not full.
  const slow = lanes.getByRole("listitem").filter({ hasText: "Slow" }).getByRole("progressbar");
  expect(Number(await slow.getAttribute("aria-valuenow"))).toBeLessThan(
    Number(await slow.getAttribute("aria-valuemax")) / 2,
  );
  // Figures that came a while after the end once said 19,851 of 20,000.
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  await expect(page.locator("h1 + p").getByText("Cancelled")).toBeVisible();
  await expectSums();
});

test("the rate's curve lies on the ground through a pause, which has a band of its own", async ({ page }) => {
  const id = await make(
    tomorrow({ message_text: `Paused ${Date.now()}`, start_datetime: at(0), filter_tag: patient.tag }),
  );
  const path = `/api/v1/dispatches/${id}/timeline/`;
  const read = async () => (await call("GET", path)).json();
  await expect.poll(async () => (await read()).rate.length).toBeGreaterThan(0);
  const began = Date.now() - 60_000;
  const instant = (second: number) => new Date(began + second * 1_000).toISOString();
  await page.route(`**${path}`, async (route) => {
    const timeline = await read();
    const acts = { 5: "dispatch.paused", 20: "dispatch.resumed" };
    const events = Object.entries(acts).map(([second, action]) => ({
      ...timeline.events[0],
      action,
      at: instant(Number(second)),
    }));
    const rate = [0, 1, 2, 3, 4, 20, 21, 22].map((second) => ({ at: instant(second), accepted: 5 }));
    await route.fulfill({ json: { ...timeline, events: [...timeline.events, ...events], rate } });
  });
  await open(page, address(`/dispatches/${id}`));
  const chart = page.getByRole("figure", { name: "Rate over time" });
  await expect(chart.getByText("pause")).toBeVisible();
  const heights = await chart.locator(".recharts-area-curve").evaluate((curve) =>
    curve
      .getAttribute("d")!
      .match(/[\d.]+,[\d.]+/g)!
      .map((point) => Number(point.split(",")[1])),
  );
  const ground = Math.max(...heights);
  // Before the first message, twice at the pause, after the last one.
  expect(heights.filter((height) => height === ground)).toHaveLength(4);
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("a test that was delivered does not say that nothing was sent", async ({ page }) => {
  const body = { phone: "+79100000000", message_text: `Tried ${Date.now()}` };
  const { id } = await (await call("POST", "/api/v1/dispatches/test/", body)).json();
  await expect
    .poll(async () => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status)
    .toBe("completed");
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByRole("figure", { name: "Rate over time" })).toBeVisible();
  await expect(page.getByText("Nothing sent yet")).toHaveCount(0);
});

test.describe("with a gateway that refuses", () => {
  let carillon: Running;
  const gateway = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(401).end());
  });
  test.beforeAll(async () => {
    await new Promise<void>((ready) => gateway.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`;
    carillon = await startCarillon({ SMS_GATEWAY: "http", SMS_GATEWAY_URL: url });
  });
  test.afterAll(async () => {
    await carillon.stop();
    gateway.close();
  });

  test("the overview says what stands still, why, and when it is tried again, and promises no end; there is no sandbox's phone", async ({
    page,
  }) => {
    const tell = async (text: string) => {
      const body = tomorrow({ message_text: text, start_datetime: at(0), end_datetime: at(hour) });
      const answer = await fetch(`${carillon.url}/api/v1/dispatches/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(201);
    };
    await tell("One");
    await tell("Two");
    await open(page, `${carillon.url}/`);
    const attention = page.getByRole("region", { name: "Needs attention" });
    await expect(attention).toContainText(
      /Gateway default rejects messages \(.*401.*\): 2 dispatches, 4 operators, \d+,\d{3} waiting, next try /,
    );
    await expect(attention.getByRole("listitem")).toHaveCount(1);
    const running = page.getByRole("region", { name: "Running now" });
    await expect(running.getByText("stalled")).toHaveCount(2);
    await expect(running.getByText(/finishes/)).toHaveCount(0);
    await expect(page.getByRole("navigation").getByRole("link", { name: "Phone" })).toHaveCount(0);

    await open(page, `${carillon.url}/status`);
    const refusing = page.locator("[data-component=gateway]");
    await refusing.getByRole("button", { name: "Acknowledge" }).click();
    await expect(refusing).toContainText(/Acknowledged: without sign-in, \d\d:\d\d/);
    await expect(refusing.getByRole("button", { name: "Acknowledge" })).toHaveCount(0);
    await expectAccessible(page);
  });
});
