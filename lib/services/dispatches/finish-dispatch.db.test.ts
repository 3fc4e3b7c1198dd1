import { expect, onTestFinished, test } from "vitest";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";
import { cancelDispatch } from "./cancel-dispatch";
import { retryFailed } from "./retry-failed";

test("Who was counted as skipped when a dispatch was completed is not counted again when it ends a second time", async () => {
  const world = await World.open();
  onTestFinished(() => world.close());
  const tag = await world.addTag();
  const nos = await world.addRecipients(await world.addOperator(null), 20, tag);
  const process = world.process();
  const dispatch = await world.addDispatch({ tagNo: tag });
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo === nos[19] ? { kind: "rejected", code: "http_503" } : { kind: "accepted" };
  const [lane] = await world.openIt(process, dispatch);
  await world.sql`delete from recipient_tags where recipient_no = any(${nos.slice(0, 5)}::bigint[])`;
  await world.runLane(process, lane!.lane);
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ sent: 14, failed: 1 });
  expect(await world.statusOf(dispatch)).toBe("completed");
  await expectCountersExact(world.sql);
  expect(await retryFailed(process.ctx, dispatch.id)).toMatchObject({ retried: 1 });
  await cancelDispatch(process.ctx, dispatch.id);
  await world.finish(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ cancelled: 1, sent: 14 });
  const [row] =
    await world.sql`select audience::int, unclaimed_skipped::int, unclaimed_cancelled::int from dispatches`;
  expect(row).toEqual({ audience: 20, unclaimed_skipped: 5, unclaimed_cancelled: 0 });
  await expectCountersExact(world.sql);
});
