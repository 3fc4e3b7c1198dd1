import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Client } from "pg";
import { expect, test } from "vitest";
import { isDatabaseAway } from "./database-errors";

test("a connection that ends without a word is a database that is away", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = new Client({ host: "127.0.0.1", port, user: "u", database: "d" });
  client.on("error", () => {});
  const ended = await client.connect().catch((error: unknown) => error);
  server.close();
  expect([String(ended), isDatabaseAway(ended)]).toEqual(["Error: Connection terminated unexpectedly", true]);
  expect(isDatabaseAway(new Error("a mistake of ours"))).toBe(false);
});
