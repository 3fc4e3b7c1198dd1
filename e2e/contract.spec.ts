import { expect, test } from "@playwright/test";
import { at, call, hour, tomorrow } from "./support/api";
import { few, patient } from "./support/people";

/** The request and the answer of the contract document, as printed. */
const printed = {
  timezone: "Africa/Abidjan",
  start_datetime: "2024-01-21T15:26:34.459Z",
  end_datetime: "2024-01-21T15:26:34.459Z",
  message_text: "Привет, мир!",
  filter_mobile_operator_code: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  filter_tag: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
};

for (const path of ["/api/v1/dispatches/", "/api/v1/dispatches"]) {
  test(`the contract's example is answered 201 as printed at ${path}`, async () => {
    const response = await call("POST", path, printed);
    expect(response.status).toBe(201);
    const { timezone, ...echoed } = printed;
    const answer = await response.json();
    expect(answer).toMatchObject({ status: "scheduled", ...echoed, timezone });
    expect(Object.keys(answer).slice(0, 7)).toEqual(["id", "status", ...Object.keys(echoed)]);
    expect(response.headers.get("location")).toBe(`/api/v1/dispatches/${answer.id}/`);
    expect(answer.warnings.map(({ code }: { code: string }) => code)).toEqual(["window_closed"]);
  });
}

test("the printed example, whose window is over, expires by itself and is sent to nobody", async () => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", printed)).json();
  await expect
    .poll(async () => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status)
    .toBe("expired");
  const { progress } = await (await call("GET", `/api/v1/dispatches/${id}/`)).json();
  expect(progress.accepted + progress.sending + progress.unknown).toBe(0);
});

test("GET one and the list answer with and without the slash, never by a redirect", async () => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow())).json();
  for (const path of [
    "/api/v1/dispatches",
    "/api/v1/dispatches/",
    `/api/v1/dispatches/${id}`,
    `/api/v1/dispatches/${id}/`,
  ]) {
    expect((await call("GET", path)).status, path).toBe(200);
  }
  const { items } = await (await call("GET", "/api/v1/dispatches/?status=scheduled&limit=200")).json();
  expect(items.map((item: { id: string }) => item.id)).toContain(id);
});

test("a dispatch that has not changed is answered with 304 to its ETag", async () => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow())).json();
  const etag = (await call("GET", `/api/v1/dispatches/${id}/`)).headers.get("etag")!;
  expect((await call("GET", `/api/v1/dispatches/${id}/`, undefined, { "if-none-match": etag })).status).toBe(
    304,
  );
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  expect((await call("GET", `/api/v1/dispatches/${id}/`, undefined, { "if-none-match": etag })).status).toBe(
    200,
  );
});

test("50 requests at once with one Idempotency-Key make one dispatch and get one answer", async () => {
  const key = `fifty-${Date.now()}`;
  const body = tomorrow({ message_text: key });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => call("POST", "/api/v1/dispatches/", body, { "idempotency-key": key })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  const { items } = await (await call("GET", `/api/v1/dispatches/?q=${key}`)).json();
  expect(items).toHaveLength(1);
});

test("an Idempotency-Key answers the same after the dispatch has changed, and 409 with another body", async () => {
  const key = `kept-${Date.now()}`;
  const body = tomorrow();
  const first = await (await call("POST", "/api/v1/dispatches/", body, { "idempotency-key": key })).json();
  await call("POST", `/api/v1/dispatches/${first.id}/cancel/`);
  const reordered = Object.fromEntries(Object.entries(body).reverse());
  const again = await call("POST", "/api/v1/dispatches/", reordered, { "idempotency-key": key });
  expect([again.status, await again.json()]).toEqual([201, first]);
  expect(
    (
      await call(
        "POST",
        "/api/v1/dispatches/",
        { ...body, message_text: "Other" },
        { "idempotency-key": key },
      )
    ).status,
  ).toBe(409);
});

test("a filter takes an operator's code and a tag's name, and answers with their ids", async () => {
  const id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
  const answer = await (
    await call(
      "POST",
      "/api/v1/dispatches/",
      tomorrow({ filter_mobile_operator_code: "mts", filter_tag: "Клиенты" }),
    )
  ).json();
  expect(answer).toMatchObject({ filter_mobile_operator_code: id, filter_tag: id });
});

test("without any filter it is accepted, with the warning that it goes to everyone", async () => {
  const answer = await (await call("POST", "/api/v1/dispatches/", tomorrow({ filter_tag: null }))).json();
  expect(answer.warnings.map(({ code }: { code: string }) => code)).toEqual(["audience_is_everyone"]);
});

test("wall time that the clocks skip is moved forward, with a warning", async () => {
  const year = new Date().getUTCFullYear() + 1;
  const lastSunday = 31 - new Date(Date.UTC(year, 2, 31)).getUTCDay();
  const body = tomorrow({
    timezone: "Europe/Berlin",
    start_datetime: `${year}-03-${lastSunday}T02:30`,
    end_datetime: `${year}-03-${lastSunday}T12:00`,
  });
  const answer = await (await call("POST", "/api/v1/dispatches/", body)).json();
  expect(answer.start_datetime).toBe(`${year}-03-${lastSunday}T01:30:00.000Z`);
  expect(answer.warnings.map(({ code }: { code: string }) => code)).toContain("wall_time_moved");
});

test("pause, resume and cancel answer with the dispatch, may be repeated, and are refused where the state forbids them", async () => {
  const body = { ...tomorrow(), start_datetime: at(-hour), end_datetime: at(hour), filter_tag: patient.tag };
  const { id } = await (await call("POST", "/api/v1/dispatches/", body)).json();
  const status = async () => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status;
  await expect.poll(status).toBe("running");
  const move = async (verb: string) => {
    const response = await call("POST", `/api/v1/dispatches/${id}/${verb}/`);
    return [response.status, (await response.json()).status];
  };
  expect(await move("pause")).toEqual([200, "paused"]);
  expect(await move("pause")).toEqual([200, "paused"]);
  expect(await move("resume")).toEqual([200, "running"]);
  expect(await move("cancel")).toEqual([200, "cancelled"]);
  expect(await move("cancel")).toEqual([200, "cancelled"]);
  expect(await move("resume")).toEqual([409, 409]);
});

test("a dispatch starts by itself, reaches everybody it is for through each operator once, and completes", async () => {
  const body = tomorrow({ start_datetime: at(1_000), filter_tag: few.tag });
  const { id } = await (await call("POST", "/api/v1/dispatches/", body)).json();
  const read = async () => (await call("GET", `/api/v1/dispatches/${id}/`)).json();
  await expect.poll(async () => (await read()).status).toBe("completed");
  const { audience, accepted, remaining } = (await read()).progress;
  expect([audience, accepted, remaining]).toEqual([few.count, few.count, 0]);
});

test("receipts are taken for the gateway there is, early, twice and for unknown ids, and change nothing that is final", async () => {
  const receipt = { id: "123", status: "delivered", at: new Date().toISOString(), error: null };
  const answer = await call("POST", "/api/v1/receipts/sandbox/", [receipt, receipt]);
  expect([answer.status, await answer.json()]).toEqual([200, { changed: 0, rejected: [] }]);
  expect((await call("POST", "/api/v1/receipts/nobody/", [receipt])).status).toBe(404);
  const odd = await call("POST", "/api/v1/receipts/sandbox/", [receipt, { ...receipt, id: "9".repeat(19) }]);
  expect([odd.status, await odd.json()]).toMatchObject([
    200,
    { changed: 0, rejected: [{ index: 1, code: "message_id" }] },
  ]);
  expect((await call("POST", "/api/v1/receipts/sandbox/", Array(1_001).fill(receipt))).status).toBe(400);
});
