import { afterEach, beforeEach, expect, test } from "vitest";
import { LEASE_MS } from "@/lib/services/sending/claim-chunk";
import { expectGuarantees } from "@/test/support/sending-oracle";
import { type DispatchInput, type DispatchRef, type Process, World } from "@/test/support/world";

/** Of each operator; the first one of all is refused once. */
const EACH = 3;
/** What the shortest life that reaches the end does at least. */
const DEEDS_MIN = 30;
const TABLES = [
  ...["retries", "failures", "message_texts", "messages", "test_claims", "chunks", "lanes", "dispatches"],
];
/**
 * Open, wake the lanes, wake those that wait for a retry, finish; on a busy machine some for
 * nothing.
 */
const SWEEPS_MAX = 30;

let world: World;
beforeEach(async () => {
  world = await World.open();
  for (let operators = 0; operators < 2; operators++)
    await world.addRecipients(await world.addOperator(null), EACH);
  world.gateway.respond = ({ recipientNo }, nth) =>
    recipientNo === 1 && nth === 1
      ? { kind: "deferred", code: "http_503", retryAfterMs: 60_000 }
      : { kind: "accepted" };
});
afterEach(() => world.close());

/**
 * What an engine that has lost everything comes to: nothing but sweeps, until the dispatch is over.
 */
async function sweepToTheEnd(process: Process, dispatch: DispatchRef): Promise<void> {
  for (let sweeps = 0; (await world.statusOf(dispatch)) !== "completed"; sweeps++) {
    expect(sweeps, "sweeps").toBeLessThan(SWEEPS_MAX);
    await world.jump(LEASE_MS + 10_000, { atRest: true });
    await world.sweep(process, { onDispatch: () => world.openIt(process, dispatch) });
  }
}

test(
  "Whatever a process has done when it dies, from the opening to the end, another one keeps every guarantee",
  {
    timeout: 1_800_000,
  },
  () => dieEverywhere({}, 2 * EACH),
);

test("So it is with personal texts: each person gets theirs", {
  timeout: 1_800_000,
}, async () => {
  await world.sql`update recipients set attributes = jsonb_build_object('name', no::text)`;
  // One lane of them is enough: the other test has two.
  const [first] = await world.sql<{ no: number }[]>`select min(no) as no from operators`;
  await dieEverywhere({ text: "To {{name}}", personal: true, operatorNo: first!.no }, EACH);
});

/**
 * Dies at the first boundary after each thing that is done for good. At any other it would leave
 * the same behind: what was not committed never was.
 * @param people of its audience
 */
async function dieEverywhere(input: DispatchInput, people: number): Promise<void> {
  const other = world.process();
  let n = 0;
  for (let hasDied = true; hasDied; n++) {
    const dispatch = await world.addDispatch(input);
    const process = world.process();
    process.life.atBoundary = () => (process.life.deeds >= n ? "freeze" : "go");
    await Promise.race([world.run(process, dispatch), process.life.whenFrozen()]);
    await process.kill();
    hasDied = (await world.statusOf(dispatch)) !== "completed";
    if (hasDied) await sweepToTheEnd(other, dispatch);
    await process.disconnect();
    await expectGuarantees(world, [dispatch], []);
    const { sent = 0, unknown = 0 } = await world.tally(dispatch);
    expect(sent + unknown, `of those it had died on after ${n} deeds`).toBe(people);
    if (!hasDied) expect(unknown).toBe(0);
    for (const { text, recipientNo } of world.gateway.log)
      expect(text).toBe(input.personal ? `To ${recipientNo}` : "hello");
    // What the oracle has seen it need not see again.
    world.gateway.log.length = 0;
    for (const table of TABLES) await world.sql`delete from ${world.sql(table)}`;
  }
  expect(n).toBeGreaterThan(DEEDS_MIN);
}
