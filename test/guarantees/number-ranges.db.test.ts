import { afterEach, beforeEach, expect, test } from "vitest";
import { rangeLoadQuerySchema } from "@/lib/contract/audience/number-range";
import { applyRangeLoad } from "@/lib/services/audience/ranges/apply-range-load";
import { awaitRangeLoad } from "@/lib/services/audience/ranges/get-range-load";
import { startRangeLoad } from "@/lib/services/audience/ranges/start-range-load";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

test("Nobody is forgotten and nobody gets it twice: number ranges move people while a dispatch runs, and the process that moves them dies", async () => {
  const [a, b] = [await world.addOperator(null), await world.addOperator(null)];
  await world.addRecipients(a, 60);
  await world.addRecipients(b, 10);
  // Three slices of recipients' numbers; who comes last was named an operator.
  await world.sql`
    insert into recipients (no, phone, operator_no, operator_source) overriding system value
    select i * 500, '+7901' || lpad(i::text, 7, '0'), ${a}, case when i = 60 then 'named' else 'number' end
    from generate_series(1, 60) i`;
  await world.sql`select setval('recipients_no_seq', 40000)`;
  const [codeOfB] = await world.sql`select code from operators where no = ${b}`;
  const mover = world.process();
  const file = `from,to,operator\n79010000000,79019999999,${codeOfB!.code}\n`;
  const query = { ...rangeLoadQuerySchema.parse({}), dry_run: true };
  const { id } = await startRangeLoad(mover.ctx, bytesOf(file), query);
  const { row } = await awaitRangeLoad(mover.ctx, id);
  expect(row.found).toMatchObject({ review: { moves: [{ count: 59 }], named: 1 } });

  const dispatch = await world.addDispatch();
  const sender = world.process();
  const [laneA, laneB] = await world.openIt(sender, dispatch);
  // Operator B's lane is past everybody before people come to it.
  await world.runLane(sender, laneB!.lane);
  await sender.quiet();

  // Somebody holds a person of the second slice: the process is killed while it waits there.
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = world.sql.begin(async (tx) => {
    await tx`select from recipients where no = 12000 for update`;
    await applyRangeLoad(mover.ctx, id);
    await held;
  });
  for (let cursor = 0; cursor < 1; ) {
    const [load] = await world.sql`select cursor from imports where id = ${id}`;
    cursor = load!.cursor;
  }
  await mover.kill();
  release();
  await holding;
  // Meanwhile operator A's lane reaches those who are still its own.
  await world.runLane(sender, laneA!.lane);
  await sender.quiet();
  await world.jump(61_000);

  const heir = world.process();
  expect((await awaitRangeLoad(heir.ctx, id)).row).toMatchObject({ status: "completed", updated: 59 });
  await world.runAnnounced(sender);
  await world.sweep(sender);
  const left = await world.sql`
    select count(*)::int as n from recipients where operator_no = ${a} and phone like '+7901%'`;
  expect(left[0]!.n).toBe(1);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(await world.tally(dispatch)).toEqual({ sent: 130 });
  expect(world.gateway.log).toHaveLength(130);
  // Some went by the one operator, some by the other: the dispatch ran in between.
  const lanes = await world.sql<{ n: number }[]>`
    select count(*)::int as n from messages m join lanes l on l.no = m.lane_no where m.phone like '+7901%' group by l.operator_no`;
  expect(lanes.map(({ n }) => n).sort((x, y) => x - y)).toEqual([20, 40]);
});
