import { beforeAll, expect, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { Installation } from "./installation";


beforeAll(() => buildWhenStale(console.log), 600_000);

test.concurrent("SENDING=stopped where the web process has the functions: it stops sending before its first turn, names what is at risk, and sends once somebody says go on", async (context) => {
  const it = await Installation.forTest(context);
  await it.addOperator(null, 20);
  // Its engine; the engine calls whoever registered last.
  await it.processes.startWorker();
  const web = await it.processes.startWeb({ WEB_FUNCTIONS: "on", SENDING: "stopped", SMS_GATEWAY_TOKEN: "web" });
  const put = (path: string, body?: unknown) =>
    fetch(`${web.url}${path}`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) ?? null });
  expect((await put("/api/inngest")).status).toBe(200);
  const id = await it.addDispatch();
  await it.until(
    async () => (await it.db.sql`select 1 from dispatches where id = ${id} and status = 'running'`).length === 1,
    "the dispatch is opened",
    30_000,
  );
  const state = (await (await fetch(`${web.url}/api/v1/sending/`)).json()) as unknown;
  expect(state).toMatchObject({ state: "stopped", reason: "SENDING=stopped" });
  expect(web.output()).toContain("at_risk");
  expect(it.gateway.arrivals.length).toBe(0);
  expect((await put("/api/v1/sending/", { state: "on" })).status).toBe(200);
  await it.until(() => it.isCompleted(), "the dispatch is completed", 60_000);
  await it.expectHonest();
  expect(new Set(it.gateway.arrivals.map((a) => a.authorization))).toEqual(new Set(["Bearer web"]));
}, 120_000);
