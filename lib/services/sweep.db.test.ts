import { afterEach, beforeEach, expect, test } from "vitest";
import { World } from "@/test/sending";
import { expectCountersExact } from "@/test/sending-oracle";
import { sweep } from "./sweep";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await world.close();
});

test("A dispatch that cannot be finished keeps no other from being opened or ended", async () => {
  await world.addRecipients(await world.addOperator(null), 3);
  const process = world.process();
  const over = [await world.addDispatch({ endInMs: 5_000 }), await world.addDispatch({ endInMs: 5_000 })];
  for (const dispatch of over) await world.openIt(process, dispatch);
  await world.jump(6_000);
  const due = await world.addDispatch({ startInMs: -10_000 });
  await world.sql.unsafe(`
    create function break_it() returns trigger language plpgsql as 'begin raise exception ''broken (test)''; end';
    create trigger break_it before update on dispatches for each row when (old.no = ${over[0]!.no}) execute function break_it()`);
  await sweep(process.ctx, 0);
  expect(process.announced).toContainEqual({ name: "dispatch/scheduled", data: { id: due.id, schedule: `${due.id}:1` } });
  expect(await Promise.all(over.map((dispatch) => world.statusOf(dispatch)))).toEqual(["running", "expired"]);
  await world.sql`drop trigger break_it on dispatches`;
  await sweep(process.ctx, 0);
  expect(await world.statusOf(over[0]!)).toBe("expired");
});

test("However many chunks a crash has left behind, one sweep takes them back", async () => {
  await world.addRecipients(await world.addOperator(null), 1);
  const process = world.process();
  const [lane] = await world.openIt(process, await world.addDispatch());
  await world.sql`
    insert into chunks (lane_no, state, token, lease_until, claimed_at, size, first_id, last_id)
    select ${lane!.lane}::int, 'started', gen_random_uuid(), clock_now() - interval '1 second', clock_now(), 0, 0, 0 from generate_series(1, 450)`;
  expect(await sweep(process.ctx, 0)).toMatchObject({ recovered: 450 });
});

test("A lane that was left closed is opened again, but not one whose dispatch is being paused at this moment", async () => {
  await world.addRecipients(await world.addOperator(null), 1);
  const process = world.process();
  const dispatch = await world.addDispatch();
  await world.openIt(process, dispatch);
  await world.sql`update lanes set open = false`;
  let swept: Promise<unknown> | undefined;
  await world.sql.begin(async (tx) => {
    await tx`update dispatches set status = 'paused' where no = ${dispatch.no}`;
    swept = sweep(process.ctx, 0);
    await world.until(async () => {
      const waiting = await world.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
  });
  await swept;
  const isOpen = async () => (await world.sql<{ open: boolean }[]>`select open from lanes`)[0]!.open;
  expect(await isOpen()).toBe(false);
  await world.sql`update dispatches set status = 'running' where no = ${dispatch.no}`;
  await sweep(process.ctx, 0);
  expect(await isOpen()).toBe(true);
});
