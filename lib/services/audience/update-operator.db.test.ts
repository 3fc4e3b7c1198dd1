import { expect, onTestFinished, test } from "vitest";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { World } from "@/test/support/world";
import { updateOperator } from "./update-operator";

test.each([
  ["another rate", { rate_per_second: 100 }],
  ["another gateway", { gateway: "backup" }],
])("A lane that sleeps until its next slot is woken when its operator is given %s", async (_what, change) => {
  const world = await World.open();
  onTestFinished(() => world.close());
  await world.addRecipients(await world.addOperator(0.1), 2);
  const process = world.process();
  const [lane] = await world.openIt(process, await world.addDispatch());
  expect(await takeTurn(process.ctx, lane!.lane, 5_000)).toMatchObject({ next: "later" });
  const [operator] = await world.sql<{ id: string }[]>`select id from operators`;
  process.announced.length = 0;
  await updateOperator(process.ctx, operator!.id, { name: "Renamed" });
  expect(process.announced).toEqual([]);
  await updateOperator(process.ctx, operator!.id, change);
  expect(process.announced).toEqual([{ name: "lane/turn.due", data: lane }]);
});
