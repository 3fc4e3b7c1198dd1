import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";
import { systemActor } from "@/lib/services/context";
import { createWebhook } from "@/lib/services/create-webhook";
import { listWebhookDeliveries } from "@/lib/services/list-webhook-deliveries";
import { cloneDatabase } from "@/test/database";
import { Installation } from "./installation";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test("Webhooks through the worker and its engine: what was refused comes again under its id, all of it signed", async () => {
  const database = await cloneDatabase();
  const it = await Installation.open(database.url);
  cleanups.push(database.drop, () => it.close());
  const came: { id: string; type: string; answered: number }[] = [];
  let secret = "";
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      // Throws when the signature is wrong, or older than five minutes.
      const { type } = new Webhook(secret).verify(body, request.headers as Record<string, string>) as { type: string };
      const id = String(request.headers["webhook-id"]);
      const answered = type === "dispatch.opened" && !came.some((delivery) => delivery.id === id) ? 500 : 204;
      came.push({ id, type, answered });
      response.writeHead(answered).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const context = { db: it.db, now: () => new Date(), actor: systemActor("test"), announce: it.processes.announce };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const hook = await createWebhook(context, { url, events: ["dispatch.opened", "dispatch.completed"] }, { allowPrivate: true });
  secret = hook.secret;
  await it.addOperator(null, 3);
  await it.processes.startWorker();
  await it.addDispatch();
  await it.until(() => came.filter(({ answered }) => answered === 204).length === 2, "both moves are taken", 60_000);
  expect(came.map(({ type, answered }) => `${type} ${answered}`).sort()).toEqual([
    "dispatch.completed 204",
    "dispatch.opened 204",
    "dispatch.opened 500",
  ]);
  expect(new Set(came.map(({ id }) => id)).size).toBe(2);
  const log = async () => (await listWebhookDeliveries(context, hook.id, { limit: 10 })).items.reverse();
  await it.until(async () => (await log()).every(({ status }) => status === "delivered"), "the log says so", 10_000);
  expect(await log()).toMatchObject([
    { type: "dispatch.opened", attempts: 2, last_status: 204 },
    { type: "dispatch.completed", attempts: 1, last_status: 204 },
  ]);
});
