import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listWorkers } from "@/db/health/status";
import { knownMigration } from "@/db/schema-version";
import { readSettings } from "@/lib/env";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { createHealthSampler } from "@/lib/services/health/sample-health";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type Process, World } from "@/test/support/world";
import { openSendingContext } from "./open-sending-context";
import { SchemaGuard } from "./schema-guard";
import { takeTurn } from "./take-turn";

const NEWER = knownMigration + 60_000;

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

/**
 * A worker that knows the schema up to a migration, and whether it was told that there is a newer
 * one.
 */
function workerOf(known: number): Process & { isTold: () => boolean } {
  const process = world.process();
  let isTold = false;
  process.ctx.schema = new SchemaGuard(known, () => {
    isTold = true;
  });
  return { ...process, isTold: () => isTold };
}

/**
 * What the commit of a migration is to everybody else: whoever claims has done so before, or sees
 * it.
 */
async function migrate(): Promise<void> {
  await world.sql.begin(async (tx) => {
    await tx`lock table lanes in access exclusive mode`;
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${NEWER})`;
  });
}

const samplerOf = ({ ctx }: Process) =>
  createHealthSampler(ctx, randomUUID(), { engine: async () => null, api: async () => null });
const chunks = async () => (await world.sql<{ n: number }[]>`select count(*)::int as n from chunks`)[0]!.n;

test("A worker that meets a newer schema in the middle of a turn claims nothing more and settles what it has, and a newer one goes on", async () => {
  await world.addRecipients(await world.addOperator(100), 200);
  const dispatch = await world.addDispatch();
  const old = workerOf(knownMigration);
  const [lane] = await world.openIt(old, dispatch);
  const turn = takeTurn(old.ctx, lane!.lane, 30_000);
  await world.gateway.until(30);
  await migrate();
  const claimed = await chunks();
  expect(await turn).toEqual({ next: "later", at: expect.any(String) });
  await old.quiet();
  expect(await chunks()).toBe(claimed);
  expect(old.isTold()).toBe(true);
  // A busy machine may have missed slots: whoever was claimed for them is due again.
  const { sent, sending } = await world.tally(dispatch);
  expect({ sent, sending }).toEqual({ sent: world.gateway.log.length, sending: undefined });
  expect(sent).toBeLessThan(200);
  await samplerOf(old).beat();
  // What went out last is no longer taken for a flow.
  await world.jump(4_000, { atRest: true });
  expect((await getDispatch(world.web(), dispatch.id)).waits.map(({ code }) => code)).toEqual(["outdated"]);

  const newer = workerOf(NEWER);
  await world.runLane(newer, lane!.lane);
  await world.runAnnounced(newer);
  expect(await world.tally(dispatch)).toEqual({ sent: 200 });
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(newer.isTold()).toBe(false);
  await expectNobodyTwice(world);
  await expectCountersExact(world.sql);
});

test("A worker that has nothing to claim meets a newer schema by its heartbeat", async () => {
  const old = workerOf(knownMigration);
  const sampler = samplerOf(old);
  await sampler.beat();
  expect(old.isTold()).toBe(false);
  await migrate();
  await sampler.beat();
  expect(old.isTold()).toBe(true);
  expect((await listWorkers(world.sql)).map(({ outdated }) => outdated)).toEqual([true]);
});

test("A worker that is told to work with whatever is newer (NEWER_SCHEMA=allow) sends", async () => {
  await world.addRecipients(await world.addOperator(null), 20);
  const dispatch = await world.addDispatch();
  await migrate();
  const { DATABASE_URL = "", ...settings } = readSettings({ DATABASE_URL: world.url, NEWER_SCHEMA: "allow" });
  const opened = openSendingContext(
    { ...settings, DATABASE_URL },
    { announce: async () => {}, stopping: new AbortController().signal, waitUntil: async () => {} },
  );
  const worker = world.process();
  worker.ctx.schema = opened.schema;
  await opened.close();
  await world.run(worker, dispatch);
  expect(await world.tally(dispatch)).toEqual({ sent: 20 });
});
