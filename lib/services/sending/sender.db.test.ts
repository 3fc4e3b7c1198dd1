import { afterEach, beforeEach, expect, test } from "vitest";
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

test("Each hand-over of a dispatch is from its sender, a retry too, and one of a dispatch that names none from nobody", async () => {
  world.gateway.idempotent = true;
  await world.addRecipients(await world.addOperator(null), 20);
  const [named, plain] = [await world.addDispatch(), await world.addDispatch()];
  await world.sql`update dispatches set sender = 'Shop' where no = ${named.no}`;
  world.gateway.respond = async ({ recipientNo }, nth) => {
    if (nth > 1) return { kind: "accepted" };
    return recipientNo % 2 ? { kind: "unknown", code: "timeout" } : { kind: "deferred", code: "http_503" };
  };
  for (const dispatch of [named, plain]) {
    await world.run(world.process(), dispatch);
    expect(await world.tally(dispatch)).toEqual({ sent: 20 });
  }
  const sendersOf = ({ no }: { no: number }) =>
    world.gateway.log.filter(({ dispatchNo }) => dispatchNo === no).map(({ sender }) => sender);
  expect(sendersOf(named)).toEqual(new Array(40).fill("Shop"));
  expect(sendersOf(plain)).toEqual(new Array(40).fill(null));
});
