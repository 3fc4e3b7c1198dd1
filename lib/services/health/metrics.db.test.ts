import { afterEach, beforeEach, expect, test } from "vitest";
import { openDb } from "@/db/client";
import { figuresText } from "@/lib/metrics";
import { measureGateways, workerMetricsText } from "@/lib/services/sending/worker-metrics";
import { World } from "@/test/support/world";
import { readMetrics } from "./read-metrics";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());
const well = async () => null;

test("messages are told by operator and outcome, and a sent dispatch by its state", async () => {
  await world.addRecipients(await world.addOperator(1000), 30);
  let nth = 0;
  world.gateway.respond = () => {
    nth++;
    return nth <= 3
      ? { kind: "rejected", code: "http_400" }
      : nth === 4
        ? { kind: "unknown", code: "timeout" }
        : { kind: "accepted" };
  };
  const process = world.process();
  const ctx = measureGateways(process.ctx);
  await world.run({ ...process, ctx }, await world.addDispatch({}));
  const [operator] = await world.sql<
    { code: string; gateway: string }[]
  >`select code, gateway from operators`;
  const lines = (await figuresText(await readMetrics(ctx, well))).split("\n");
  const of = (outcome: string) =>
    `carillon_messages{operator="${operator!.code}",gateway="${operator!.gateway}",outcome="${outcome}"}`;
  expect(lines).toContain(`${of("sent")} 26`);
  expect(lines).toContain(`${of("failed")} 3`);
  expect(lines).toContain(`${of("unknown")} 1`);
  expect(lines).toContain('carillon_dispatches{state="completed"} 1');
  expect(lines).toContain("carillon_sending_stopped 0");
  expect(lines.find((line) => line.startsWith("carillon_start_lag_seconds "))).toBeDefined();
  const own = await workerMetricsText(ctx, 0);
  expect(own).toContain(
    `carillon_gateway_duration_seconds_count{gateway="${ctx.gatewayOf("x").name}",outcome="accepted"} 26`,
  );
  expect(own).toContain(`carillon_gateway_in_flight{gateway="${ctx.gatewayOf("x").name}"} 0`);
});

test("with the database away a scrape is answered, and says so", async () => {
  const db = openDb("postgres://nobody:x@127.0.0.1:1/none");
  const text = await figuresText(await readMetrics({ ...world.process().ctx, db }, well));
  await db.close();
  expect(text).toContain("carillon_database_up 0");
  expect(text).toContain('carillon_component_state{kind="database",name=""} 2');
  expect(text).not.toContain("carillon_messages");
});
