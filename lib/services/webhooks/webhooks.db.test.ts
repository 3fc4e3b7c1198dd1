import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findNeglectedDeliveries } from "@/db/webhooks/webhooks";
import { type WebhookCreate, webhookCreateSchema } from "@/lib/contract/webhooks/webhook";
import { NotFoundError } from "@/lib/domain/errors";
import { redeliveryDelayMs, type WebhookEvent, webhookEvents } from "@/lib/domain/webhook";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { dropMessages } from "@/lib/services/dispatches/drop-messages";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { pauseDispatch } from "@/lib/services/dispatches/pause-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { sweep } from "@/lib/services/sending/sweep";
import { World } from "@/test/support/world";
import { createWebhook } from "./create-webhook";
import { deleteWebhook } from "./delete-webhook";
import { deliverWebhook, type PostWebhook } from "./deliver-webhook";
import { gatherFailures } from "./gather-failures";
import { getWebhook } from "./get-webhook";
import { listWebhookDeliveries } from "./list-webhook-deliveries";
import { pingWebhook, replayDelivery } from "./send-delivery";
import { rotateWebhookSecret, updateWebhook } from "./update-webhook";

let world: World;
let ctx: SendingContext;
beforeEach(async () => {
  world = await World.open();
  ctx = world.process().ctx;
});
afterEach(() => world.close());

const anywhere = { allowPrivate: true };
const listen = (events: readonly WebhookEvent[] = webhookEvents, input: Partial<WebhookCreate> = {}) =>
  createWebhook(ctx, webhookCreateSchema.parse({ url: "https://example.com/hook", events, ...input }), {
    allowPrivate: false,
  });
const deliveries = async (id: string) =>
  (await listWebhookDeliveries(ctx, id, { limit: 200 })).items.reverse();
const told = async (id: string) => (await deliveries(id)).map(({ type }) => type);
const status = async (answer: number): ReturnType<PostWebhook> => ({ kind: "answered", status: answer });

/** The moves of one dispatch that is paused, resumed and completes. */
async function runOne(): Promise<string> {
  const ref = await world.addDispatch({});
  const { id } = ref;
  expect((await openDispatch(ctx, id, 1)).kind).toBe("open");
  await pauseDispatch(ctx, id);
  await pauseDispatch(ctx, id);
  await resumeDispatch(ctx, id);
  await world.run(world.process(), ref);
  return id;
}

test("Each move of a dispatch is told once to each webhook that listens, in its order, and to no other", async () => {
  await world.addRecipients(await world.addOperator(null), 5);
  const [all, one, off] = [await listen(), await listen(["dispatch.completed"]), await listen()];
  await updateWebhook(ctx, off.id, { enabled: false }, anywhere);
  const id = await runOne();
  expect(await told(all.id)).toEqual([
    "dispatch.opened",
    "dispatch.paused",
    "dispatch.resumed",
    "dispatch.completed",
  ]);
  expect(await told(one.id)).toEqual(["dispatch.completed"]);
  expect(await told(off.id)).toEqual([]);
  const payload = JSON.parse((await deliveries(one.id))[0]!.payload);
  expect(payload).toEqual({
    type: "dispatch.completed",
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    data: { id, status: "completed", previous_status: "running" },
  });
});

test("A cancel and an end of the window are told", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 3);
  const hook = await listen();
  await cancelDispatch(ctx, (await world.addDispatch({})).id);
  expect(await told(hook.id)).toEqual(["dispatch.cancelled"]);

  const { id: late } = await world.addDispatch({});
  await openDispatch(ctx, late, 1);
  await world.jump(48 * 3_600_000);
  await closeDispatch(ctx, late);
  expect(await told(hook.id)).toEqual(["dispatch.cancelled", "dispatch.opened", "dispatch.expired"]);
});

test("A move that is rolled back tells nobody", async () => {
  const hook = await listen();
  const { id } = await world.addDispatch({});
  await world.sql`alter table audit_log add constraint nothing check (action <> 'dispatch.cancelled')`;
  await expect(cancelDispatch(ctx, id)).rejects.toThrow("nothing");
  await world.sql`alter table audit_log drop constraint nothing`;
  expect(await told(hook.id)).toEqual([]);
  await cancelDispatch(ctx, id);
  expect(await told(hook.id)).toEqual(["dispatch.cancelled"]);
});

test("A delivery is signed as Standard Webhooks says, and nobody else's secret opens it", async () => {
  const hook = await listen();
  const { delivery } = await pingWebhook(ctx, hook.id);
  const seen: Parameters<PostWebhook>[0][] = [];
  const post: PostWebhook = async (sent) => {
    seen.push(sent);
    return status(204);
  };
  expect(await getWebhook(ctx, hook.id)).toMatchObject({ lastDelivery: null, pending: 1 });
  expect(await deliverWebhook(ctx, delivery, post)).toEqual({ next: null });
  expect(await deliverWebhook(ctx, delivery, post)).toEqual({ next: null });
  expect(await getWebhook(ctx, hook.id)).toMatchObject({
    lastDelivery: { status: "delivered", at: expect.any(Date) },
    pending: 0,
  });
  expect(seen).toHaveLength(1);
  const { url, headers, body } = seen[0]!;
  expect(url).toBe("https://example.com/hook");
  expect(headers["webhook-id"]).toBe(delivery);
  // The library allows five minutes; the world's clock is another.
  const signature = new Webhook(hook.secret).sign(
    delivery,
    new Date(Number(headers["webhook-timestamp"]) * 1000),
    body,
  );
  expect(headers["webhook-signature"]).toBe(signature);
  const rotated = await rotateWebhookSecret(ctx, hook.id);
  expect(rotated.secret).not.toBe(hook.secret);
  expect(
    new Webhook(rotated.secret).sign(delivery, new Date(Number(headers["webhook-timestamp"]) * 1000), body),
  ).not.toBe(signature);
  const second = (await pingWebhook(ctx, hook.id)).delivery;
  expect(
    JSON.stringify([await getWebhook(ctx, hook.id), await world.sql`select * from audit_log`]),
  ).not.toContain("whsec_");
  expect(await deliveries(hook.id)).toMatchObject([
    { id: delivery, type: "ping", status: "delivered", attempts: 1, lastStatus: 204 },
    { id: second, type: "ping", status: "pending" },
  ]);
});

test("A secret that was replaced signs for another day beside the new one, and not longer; what changes else has no part in it", async () => {
  const hook = await listen();
  const signatures = async (): Promise<string[]> => {
    let headers: Record<string, string> = {};
    let body = "";
    const { delivery } = await pingWebhook(ctx, hook.id);
    await deliverWebhook(ctx, delivery, async (sent) => {
      ({ headers, body } = sent);
      return status(200);
    });
    const by = (secret: string) =>
      headers["webhook-signature"]!.split(" ").indexOf(
        new Webhook(secret).sign(delivery, new Date(Number(headers["webhook-timestamp"]) * 1000), body),
      );
    return [hook.secret, ...renewed].map((secret) => `${by(secret)}`);
  };
  const renewed: string[] = [];
  expect(await signatures()).toEqual(["0"]);
  renewed.push((await rotateWebhookSecret(ctx, hook.id)).secret);
  expect(await signatures()).toEqual(["1", "0"]);
  await updateWebhook(ctx, hook.id, { url: "https://example.com/other" }, anywhere);
  expect(await signatures()).toEqual(["1", "0"]);
  await world.jump(23 * 3_600_000);
  expect(await signatures()).toEqual(["1", "0"]);
  await world.jump(2 * 3_600_000);
  expect(await signatures()).toEqual(["-1", "0"]);
  // Two in a row: the last two hold.
  renewed.push(
    (await rotateWebhookSecret(ctx, hook.id)).secret,
    (await rotateWebhookSecret(ctx, hook.id)).secret,
  );
  expect(await signatures()).toEqual(["-1", "-1", "1", "0"]);
  await world.jump(25 * 3_600_000);
  await sweep(ctx, 0);
  expect(await world.sql`select previous_secret, previous_secret_until from webhooks`).toEqual([
    { previous_secret: null, previous_secret_until: null },
  ]);
});

test("What is not taken is tried again for a day, waiting longer each time, and then given up; a replay begins anew under the same id", async () => {
  const hook = await listen();
  const { delivery } = await pingWebhook(ctx, hook.id);
  const ids = new Set<string>();
  let attempts = 0;
  const refuse: PostWebhook = async ({ headers }) => {
    attempts++;
    ids.add(headers["webhook-id"]!);
    return attempts % 2 === 0 ? status(500) : { kind: "failed", code: "timeout" };
  };
  const firstMs = await world.databaseNowMs();
  for (;;) {
    const before = attempts;
    const { next } = await deliverWebhook(ctx, delivery, refuse);
    expect(attempts).toBe(before + 1);
    if (next === null) break;
    // Too early, nothing is sent.
    expect(await deliverWebhook(ctx, delivery, refuse)).toEqual({ next });
    expect(attempts).toBe(before + 1);
    await world.jump(Date.parse(next) - (await world.databaseNowMs()) + 5);
  }
  expect(attempts).toBe(11);
  expect(ids).toEqual(new Set([delivery]));
  const tookHours = ((await world.databaseNowMs()) - firstMs) / 3_600_000;
  expect(tookHours).toBeGreaterThan(23);
  expect(tookHours).toBeLessThan(25);
  expect(redeliveryDelayMs(11)).toBeUndefined();
  expect(await deliveries(hook.id)).toMatchObject([
    { status: "failed", attempts: 11, lastError: "timeout", nextAttemptAt: null },
  ]);

  await replayDelivery(ctx, delivery);
  expect(await deliverWebhook(ctx, delivery, () => status(200))).toEqual({ next: null });
  expect(await deliveries(hook.id)).toMatchObject([
    { id: delivery, status: "delivered", attempts: 1, lastStatus: 200, lastError: null },
  ]);
  expect((await getWebhook(ctx, hook.id)).lastDelivery).toMatchObject({ status: "delivered" });
});

test("Two that come for the same delivery make one attempt; one whose process died is due again a minute later", async () => {
  const hook = await listen();
  const { delivery } = await pingWebhook(ctx, hook.id);
  let answer = () => {};
  let calls = 0;
  const slow: PostWebhook = () => {
    calls++;
    return new Promise((resolve) => {
      answer = () => resolve({ kind: "answered", status: 200 });
    });
  };
  const first = deliverWebhook(ctx, delivery, slow);
  while (calls === 0) await new Promise((done) => setImmediate(done));
  expect((await deliverWebhook(ctx, delivery, slow)).next).not.toBeNull();
  expect(calls).toBe(1);
  await world.jump(61_000);
  // The first is taken for dead. Its answer comes after the second's, and changes nothing.
  expect(await deliverWebhook(ctx, delivery, () => status(500))).toMatchObject({ next: expect.any(String) });
  answer();
  await first;
  expect(await deliveries(hook.id)).toMatchObject([{ status: "pending", attempts: 2, lastStatus: 500 }]);
});

test("410 switches a webhook off and says why; what waits goes out when it is switched on again", async () => {
  const hook = await listen();
  const [gone, waiting] = [await pingWebhook(ctx, hook.id), await pingWebhook(ctx, hook.id)];
  expect(await deliverWebhook(ctx, gone.delivery, () => status(410))).toEqual({ next: null });
  expect(await getWebhook(ctx, hook.id)).toMatchObject({
    enabled: false,
    disabledReason: "gone",
    pending: 1,
  });
  expect(await deliverWebhook(ctx, waiting.delivery, () => status(200))).toEqual({ next: null });
  expect(await deliveries(hook.id)).toMatchObject([{ status: "failed" }, { status: "pending", attempts: 0 }]);
  await updateWebhook(ctx, hook.id, { enabled: true }, anywhere);
  expect(await getWebhook(ctx, hook.id)).toMatchObject({ enabled: true, disabledReason: null });
  await world.jump(31_000);
  expect((await findNeglectedDeliveries(ctx.db.sql)).map(({ id }) => id)).toEqual([waiting.delivery]);
});

test("Failures are gathered in batches, in their order, each once, and none of a transaction that is still open is passed over", async () => {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, 700);
  const before = await world.addDispatch({});
  world.gateway.respond = () => ({ kind: "rejected", code: "unknown_subscriber" });
  await world.run(world.process(), before);
  const hook = await listen(["messages.failed"]);
  expect(await gatherFailures(ctx)).toEqual([]);

  let release = () => {};
  let opened = () => {};
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const open = world.sql.begin(async (tx) => {
    await tx`insert into failures (message_id, lane_no, outcome, code, at) select message_id, lane_no, outcome, 'late', clock_now() from failures limit 1`;
    opened();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  await isOpen;
  const ref = await world.addDispatch({});
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo % 7 === 0
      ? { kind: "accepted" }
      : recipientNo % 2 === 0
        ? { kind: "rejected", code: "unknown_subscriber" }
        : { kind: "unknown", code: "timeout" };
  await world.run(world.process(), ref);
  expect(await gatherFailures(ctx)).toEqual([]);
  release();
  await open;
  // Transactions of other tests' databases on this server hold it back as well.
  await world.until(async () => {
    const [row] = await world.sql<
      { all: boolean }[]
    >`select max(xid) < pg_snapshot_xmin(pg_current_snapshot()) as all from failures`;
    return row!.all;
  });
  const due = await gatherFailures(ctx);
  expect(await gatherFailures(ctx)).toEqual([]);
  const payloads = (await deliveries(hook.id)).map(
    ({ payload }) => JSON.parse(payload).data.messages as { dispatch: string; code: string; phone: string }[],
  );
  expect(due).toHaveLength(2);
  expect(payloads.map((messages) => messages.length)).toEqual([500, 101]);
  const messages = payloads.flat();
  expect(messages[0]).toMatchObject({ code: "late", dispatch: before.id });
  expect(messages.slice(1).every(({ dispatch }) => dispatch === ref.id)).toBe(true);
  expect(new Set(messages.slice(1).map(({ phone }) => phone)).size).toBe(600);
});

test("A webhook is deleted with its log; a settled delivery is dropped with what is old, a waiting one is not", async () => {
  const hook = await listen();
  const [settled, waiting] = [await pingWebhook(ctx, hook.id), await pingWebhook(ctx, hook.id)];
  await deliverWebhook(ctx, settled.delivery, () => status(200));
  await world.sql`update webhook_deliveries set created_at = clock_now() - interval '31 days'`;
  await dropMessages(ctx, { days: 30, rowsMax: 1_000 });
  expect((await deliveries(hook.id)).map(({ id }) => id)).toEqual([waiting.delivery]);
  await deleteWebhook(ctx, hook.id);
  expect(await world.sql`select from webhook_deliveries`).toHaveLength(0);
  await expect(replayDelivery(ctx, waiting.delivery)).rejects.toBeInstanceOf(NotFoundError);
});

test("Addresses of this machine and its network are refused, with the field and what to do", async () => {
  for (const url of ["http://example.com/", "https://127.0.0.1/", "https://10.0.0.8/x"])
    await expect(listen(webhookEvents, { url })).rejects.toMatchObject({ errors: [{ pointer: "/url" }] });
  const hook = await listen();
  await expect(
    updateWebhook(ctx, hook.id, { url: "https://[::1]/" }, { allowPrivate: false }),
  ).rejects.toMatchObject({
    errors: [{ pointer: "/url", code: "webhook_private" }],
  });
});

test("retry-failed that begins a completed dispatch anew is told", async () => {
  await world.addRecipients(await world.addOperator(null), 2);
  const hook = await listen(["dispatch.reopened", "dispatch.completed"]);
  world.gateway.respond = () => ({ kind: "deferred", code: "http_503" });
  const { id } = await world.addDispatch({});
  await openDispatch(ctx, id, 1);
  await world.sql`insert into messages (id, lane_no, phone, status, attempts, claimed_at, settled_at, error)
    select (d.no::bigint << 32) | r.no, l.no, r.phone, 'failed', 5, clock_now(), clock_now(), 'http_503' from dispatches d join lanes l on l.dispatch_no = d.no, recipients r`;
  await world.sql`insert into failures (message_id, lane_no, outcome, code, at) select id, lane_no, 'failed', 'http_503', clock_now() from messages`;
  await world.sql`update lanes set failed = 2, drained = true, cursor = 1000000`;
  await world.sql`update dispatches set status = 'completed', audience = 2, finished_at = clock_now()`;
  expect(await retryFailed(ctx, id)).toMatchObject({ retried: 2 });
  expect(await told(hook.id)).toEqual(["dispatch.reopened"]);
});
