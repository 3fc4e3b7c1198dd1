import { afterEach, beforeEach, expect, test } from "vitest";
import { ConflictError } from "@/lib/domain/errors";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { setSending } from "@/lib/services/sending/set-sending";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { type DispatchRef, type Process, World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

/**
 * A dispatch in the middle of its run: 2 operators, one paced and one not, in two processes, and
 * chunks that take seconds to hand over.
 */
async function inFullSwing(): Promise<{
  dispatch: DispatchRef;
  processes: Process[];
  rest: () => Promise<void>;
}> {
  const [paced, free] = [await world.addOperator(300), await world.addOperator(null)];
  await world.addRecipients(paced, 1_000);
  await world.addRecipients(free, 20_000);
  world.gateway.connectionsMax = 20;
  world.gateway.respond = async ({ atMs }) => {
    await world.clock.sleepUntil(atMs + 100);
    return { kind: "accepted" };
  };
  const dispatch = await world.addDispatch();
  const processes = [world.process(), world.process()];
  const lanes = await world.openIt(processes[0]!, dispatch);
  const running = Promise.all(lanes.map(({ lane }, i) => world.runLane(processes[i]!, lane)));
  await world.gateway.until(200);
  const rest = async () => {
    await running;
    await Promise.all(processes.map((p) => p.quiet()));
  };
  return { dispatch, processes, rest };
}

const handedOverAfter = (ms: number) => world.gateway.log.filter((h) => h.atMs > ms).length;

test("Pause bites within a second: what was claimed is due again, and it goes on where it was", async () => {
  const { dispatch, processes, rest } = await inFullSwing();
  await pauseDispatch(world.web(), dispatch.id);
  const pausedMs = world.clock.now();
  const [before] = await world.sql<{ no: string }[]>`select max(no) as no from chunks`;
  await rest();
  expect(
    await world.sql`select no from chunks where no > ${before!.no}::bigint`,
    "chunks claimed after the pause",
  ).toEqual([]);
  expect(handedOverAfter(pausedMs + 1_000)).toBe(0);
  const paused = await world.tally(dispatch);
  expect(Object.keys(paused)).not.toContain("sending");
  expect(Object.keys(paused)).not.toContain("unknown");
  expect(paused.sent).toBe(world.gateway.log.length);
  await expectCountersExact(world.sql);
  expect(await world.statusOf(dispatch)).toBe("paused");

  // Nothing wakes it but a resume.
  await world.jump(120_000);
  await world.sweep(processes[0]!);
  expect(world.gateway.log).toHaveLength(paused.sent!);
  await world.sql`update operators set rate = null`;
  world.gateway.respond = () => ({ kind: "accepted" });
  await resumeDispatch(processes[0]!.ctx, dispatch.id);
  await world.runAnnounced(processes[0]!);
  expect(await world.tally(dispatch)).toEqual({ sent: 21_000 });
  expect(await world.statusOf(dispatch)).toBe("completed");
});

test("Cancel bites within a second: what was not handed over is counted as cancelled", async () => {
  const { dispatch, processes, rest } = await inFullSwing();
  await cancelDispatch(world.web(), dispatch.id);
  const cancelledMs = world.clock.now();
  await rest();
  expect(handedOverAfter(cancelledMs + 1_000)).toBe(0);
  await world.sweep(processes[0]!);
  const tally = await world.tally(dispatch);
  expect(Object.keys(tally).sort()).toEqual(expect.arrayContaining(["sent"]));
  const [row] = await world.sql<{ unclaimed: number; audience: number; status: string }[]>`
    select unclaimed_cancelled::int as unclaimed, audience::int, status from dispatches`;
  expect(row!.status).toBe("cancelled");
  expect((tally.sent ?? 0) + (tally.cancelled ?? 0) + row!.unclaimed).toBe(21_000);
  expect(tally.sent).toBe(world.gateway.log.length);
  expect(row!.audience).toBe(21_000);
});

test("The emergency stop bites within a second, everywhere, and nothing is lost by it", async () => {
  const { dispatch, processes, rest } = await inFullSwing();
  await setSending(world.web(), { state: "stopped", reason: "wrong text" });
  const stoppedMs = world.clock.now();
  await rest();
  expect(handedOverAfter(stoppedMs + 1_000)).toBe(0);
  const stopped = world.gateway.log.length;
  // A dispatch that opens, resumes or is swept meanwhile sends nothing.
  const other = await world.addDispatch();
  await world.run(processes[0]!, other);
  await pauseDispatch(world.web(), dispatch.id);
  await resumeDispatch(processes[0]!.ctx, dispatch.id);
  await world.runAnnounced(processes[0]!);
  await world.jump(120_000);
  await world.sweep(processes[0]!);
  expect(world.gateway.log).toHaveLength(stopped);
  await expectCountersExact(world.sql);

  await world.sql`update operators set rate = null`;
  world.gateway.respond = () => ({ kind: "accepted" });
  await setSending(processes[0]!.ctx, { state: "on" });
  await world.runAnnounced(processes[0]!);
  expect(await world.tally(dispatch)).toEqual({ sent: 21_000 });
  expect(await world.tally(other)).toEqual({ sent: 21_000 });
});

test.for([
  {
    what: "a pause",
    happens: (dispatch: DispatchRef) => pauseDispatch(world.web(), dispatch.id),
    left: "deferred",
  },
  {
    what: "a cancel",
    happens: (dispatch: DispatchRef) => cancelDispatch(world.web(), dispatch.id),
    left: "cancelled",
  },
  {
    what: "the end",
    happens: (dispatch: DispatchRef) =>
      world.sql`update dispatches set end_at = clock_now() where no = ${dispatch.no}`,
    left: "expired",
  },
])(
  "What is on its way when $what comes is not written any more, however long its connection took to open",
  async ({ happens, left }) => {
    await world.addRecipients(await world.addOperator(null), 40);
    const process = world.process();
    const dispatch = await world.addDispatch();
    const lanes = await world.openIt(process, dispatch);
    let onTheWay = 0;
    world.gateway.heldUpMs = () => {
      onTheWay++;
      return 3_000;
    };
    const running = world.runLane(process, lanes[0]!.lane);
    await world.until(() => onTheWay === 40);
    await happens(dispatch);
    await running;
    await process.quiet();
    expect(world.gateway.log).toEqual([]);
    expect(await world.tally(dispatch)).toEqual({ [left]: 40 });
  },
);

test("A sender that cannot read the state of its lanes sends nothing a second later", async () => {
  const { processes, rest } = await inFullSwing();
  const ended = rest().catch(() => {});
  // What is claimed lasts for longer than a second, and then the database's answers stop coming, so
  // no pause could be heard of.
  world.gateway.respond = async ({ atMs }) => {
    await world.clock.sleepUntil(atMs + 1_400);
    return { kind: "accepted" };
  };
  for (const { life } of processes) {
    const stalled = life.boundaries;
    life.atBoundary = (n) => (n > stalled ? "fail" : "go");
  }
  const deafMs = world.clock.now();
  await world.until(() => world.clock.now() > deafMs + 2_500);
  expect(handedOverAfter(deafMs + 1_000)).toBe(0);
  for (const { life } of processes) life.atBoundary = () => "go";
  await ended;
  await Promise.all(processes.map((p) => p.quiet()));
  await world.jump(200_000);
  world.gateway.respond = () => ({ kind: "accepted" });
  await world.sweep(processes[0]!);
});

test("Pausing, resuming and cancelling: each is one guarded move with its audit entry, a repeat does nothing, and what is over refuses", async () => {
  await world.addRecipients(await world.addOperator(null), 10);
  const dispatch = await world.addDispatch();
  const web = world.web();
  await expect(pauseDispatch(web, dispatch.id)).rejects.toThrow(ConflictError);
  await world.openIt(world.process(), dispatch);
  await pauseDispatch(web, dispatch.id);
  await pauseDispatch(web, dispatch.id);
  await resumeDispatch(web, dispatch.id);
  await resumeDispatch(web, dispatch.id);
  await cancelDispatch(web, dispatch.id);
  await cancelDispatch(web, dispatch.id);
  await expect(pauseDispatch(web, dispatch.id)).rejects.toThrow(ConflictError);
  await expect(resumeDispatch(web, dispatch.id)).rejects.toThrow(ConflictError);
  const audit = await world.sql<{ action: string }[]>`select action from audit_log order by no`;
  expect(audit.map((a) => a.action)).toEqual([
    "dispatch.opened",
    "dispatch.paused",
    "dispatch.resumed",
    "dispatch.cancelled",
  ]);
});
