import { afterEach, beforeEach, expect, test } from "vitest";
import { dropMessages } from "@/lib/services/dispatches/drop-messages";
import { explainMessage } from "@/lib/services/dispatches/explain-message";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { World } from "@/test/support/world";
import { LEASE_MS } from "./claim-chunk";

const DAY_MS = 86_400_000;
const phone = "+79000000001";
let world: World;
beforeEach(async () => {
  world = await World.open();
  await world.addRecipients(await world.addOperator(null), 1);
});
afterEach(() => world.close());

const earlierOf = async (id: string) =>
  (await explainMessage(world.web(), id, phone)).attempts!.earlier.map(({ no, gateway, error }) => ({
    ...{ no, gateway, error },
  }));

test("Each answer that did not settle a message is told, until its dispatch's messages go", async () => {
  const process = world.process();
  const answers = [
    { kind: "deferred", code: "http_503" },
    { kind: "deferred", code: "http_500" },
    { kind: "rejected", code: "http_503" },
    { kind: "accepted" },
  ] as const;
  world.gateway.respond = (_, nth) => answers[nth - 1]!;
  const dispatch = await world.addDispatch();
  await world.run(process, dispatch);
  const gateway = "default";
  const twice = [
    { no: 1, gateway, error: "http_503" },
    { no: 2, gateway, error: "http_500" },
  ];
  const failed = await explainMessage(world.web(), dispatch.id, phone);
  expect(failed.message).toMatchObject({ status: "failed", attempts: 1, error: "http_503" });
  expect(await earlierOf(dispatch.id)).toEqual(twice);

  expect(await retryFailed(process.ctx, dispatch.id)).toMatchObject({ retried: 1 });
  expect(await earlierOf(dispatch.id)).toEqual([...twice, { no: 3, gateway, error: "http_503" }]);
  await world.jump(60_000, { atRest: true });
  await world.sweep(process);
  const sent = await explainMessage(world.web(), dispatch.id, phone);
  expect(sent.message).toMatchObject({ status: "sent", attempts: 2, error: null });
  expect(sent.attempts!.earlier).toHaveLength(3);
  const times = [...sent.attempts!.earlier.map(({ at }) => at), sent.message!.settledAt!];
  expect(times).toEqual([...times].sort());

  await world.jump(31 * DAY_MS);
  await dropMessages(world.web(), { days: 30, rowsMax: 1_000 });
  expect(await world.sql`select from attempts`).toEqual([]);
});

test("An attempt whose answer was lost is told, where the message goes again", async () => {
  world.gateway.idempotent = true;
  const dispatch = await world.addDispatch();
  const sweeper = world.process();
  const [lane] = await world.openIt(sweeper, dispatch);
  world.gateway.respond = (_, nth) => (nth === 1 ? new Promise(() => {}) : { kind: "accepted" });
  const dead = world.process();
  const dying = world.runLane(dead, lane!.lane);
  await world.gateway.until(1);
  await dead.kill();
  await dying;
  await world.jump(LEASE_MS + 10_000, { atRest: true });
  await world.sweep(sweeper);
  expect(await earlierOf(dispatch.id)).toEqual([{ no: 1, gateway: "default", error: "lost" }]);
});
