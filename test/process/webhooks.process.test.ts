import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { createWebhook } from "@/lib/services/webhooks/create-webhook";
import { listWebhookDeliveries } from "@/lib/services/webhooks/list-webhook-deliveries";
import { serveHttp } from "@/test/support/http-server";
import { Installation } from "./installation";

test("Webhooks through the worker and its engine: what was refused comes again under its id, all of it signed", async (context) => {
  const it = await Installation.forTest(context);
  const came: { id: string; type: string; answered: number }[] = [];
  let secret = "";
  const port = await serveHttp((request, response, body) => {
    // Throws when the signature is wrong, or older than five minutes.
    const { type } = new Webhook(secret).verify(body, request.headers as Record<string, string>) as {
      type: string;
    };
    const id = String(request.headers["webhook-id"]);
    const answered = type === "dispatch.opened" && !came.some((delivery) => delivery.id === id) ? 500 : 204;
    came.push({ id, type, answered });
    response.writeHead(answered).end();
  });
  const url = `http://127.0.0.1:${port}/hook`;
  const hook = await createWebhook(
    it.context,
    { url, events: ["dispatch.opened", "dispatch.completed"] },
    { allowPrivate: true },
  );
  secret = hook.secret;
  await it.addOperator(null, 3);
  await it.processes.startWorker();
  await it.addDispatch();
  await it.until(() => came.filter(({ answered }) => answered === 204).length === 2, "both moves are taken");
  expect(came.map(({ type, answered }) => `${type} ${answered}`).sort()).toEqual([
    "dispatch.completed 204",
    "dispatch.opened 204",
    "dispatch.opened 500",
  ]);
  expect(new Set(came.map(({ id }) => id)).size).toBe(2);
  const log = async () => (await listWebhookDeliveries(it.context, hook.id, { limit: 10 })).items.reverse();
  await it.until(async () => (await log()).every(({ status }) => status === "delivered"), "the log says so");
  expect(await log()).toMatchObject([
    { type: "dispatch.opened", attempts: 2, lastStatus: 204 },
    { type: "dispatch.completed", attempts: 1, lastStatus: 204 },
  ]);
});
