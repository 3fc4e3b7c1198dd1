import { afterEach, beforeEach, expect, test } from "vitest";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";
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
  expect(process.announced).toContainEqual({
    name: "dispatch/scheduled",
    data: { id: due.id, schedule: `${due.id}:1` },
  });
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
      const waiting =
        await world.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
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

test("A sweep deletes what is older than it is kept, piece by piece, and nothing younger", async () => {
  const { sql } = world;
  const { ctx } = world.process();
  const { no } = await world.addDispatch();
  await sql`
    insert into idempotency_keys (scope, key, body_hash, dispatch_no, answer, created_at)
    select 'old', i::text, '', ${no}::int, '{}', clock_now() - interval '31 days' from generate_series(1, 5001) i
    union all select 'young', '1', '', ${no}::int, '{}', clock_now() - interval '29 days'`;
  await sql`
    insert into users (id, name, email) select gen_random_uuid(), i::text, i || '@example.com' from generate_series(1, 2) i`;
  await sql`
    insert into sessions (id, user_id, token, expires_at, created_at, updated_at)
    select gen_random_uuid(), u.id, u.email || i, clock_now() - i * interval '1 day', clock_now() - (i + 14) * interval '1 day', clock_now()
    from users u, generate_series(u.name::int * 20, 40) i`;
  await sql`
    insert into imports (id, status, actor, finished_at)
    select gen_random_uuid(), 'completed', 'x', clock_now() - i * interval '1 day' from unnest(array[91, 89]) i
    union all select gen_random_uuid(), 'running', 'x', null`;
  await sql`
    insert into import_errors (import_no, line, code, cells)
    select no, line, case line when 1 then 'header' else 'phone' end, array['+79161234567'] from imports, generate_series(1, 3) line`;

  const keys = () => sql`select scope, count(*)::int from idempotency_keys group by 1 order by 1`;
  await sweep(ctx, 0);
  // A piece, so that sending beside it is not held up.
  expect(await keys()).toEqual([
    { scope: "old", count: 1 },
    { scope: "young", count: 1 },
  ]);
  await sweep(ctx, 0);
  expect(await keys()).toEqual([{ scope: "young", count: 1 }]);
  // Of the second user the last one stays, although it is as old.
  expect(
    await sql`select u.name, count(*)::int, max(extract(day from clock_now() - s.expires_at))::int as over from sessions s join users u on u.id = s.user_id group by 1 order by 1`,
  ).toEqual([
    { name: "1", count: 10, over: 29 },
    { name: "2", count: 1, over: 40 },
  ]);
  expect(
    await sql`select i.status, extract(day from clock_now() - i.finished_at)::int as age, count(*)::int from import_errors e join imports i on i.no = e.import_no group by 1, 2 order by 2`,
  ).toEqual([
    { status: "completed", age: 89, count: 3 },
    { status: "completed", age: 91, count: 1 },
    { status: "running", age: null, count: 3 },
  ]);
});
