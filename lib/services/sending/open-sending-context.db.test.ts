import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSettings } from "@/lib/env";
import { handOver } from "@/test/support/hand-over";
import { World } from "@/test/support/world";
import { openSendingContext } from "./open-sending-context";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await World.open();
  folder = await mkdtemp(join(tmpdir(), "carillon-gateways-"));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test.each([
  {
    settings: "a file",
    ofFile: { default: { kind: "sandbox" }, "try-out": { kind: "sandbox" } },
    foreign: { sent: 1 },
  },
  { settings: "no file", ofFile: undefined, foreign: { delivered: 1 } },
])("With $settings a sandbox reports within its process what it was given", async ({ ofFile, foreign }) => {
  const file = join(folder, "gateways.json");
  if (ofFile) await writeFile(file, JSON.stringify(ofFile));
  const env = { ...readSettings({ GATEWAYS_FILE: ofFile ? file : "" }), DATABASE_URL: world.url };
  const stopping = new AbortController().signal;
  const ctx = openSendingContext(env, { announce: async () => {}, stopping, waitUntil: (work) => work });
  const [mine, other] = [await sentBy("try-out"), await sentBy("default")];
  for (const { id, text } of [other, mine])
    await handOver(ctx.gatewayOf("try-out"), {
      id,
      phone: "+79001234567",
      text,
      validUntilMs: 0,
      validForMs: 0,
    });
  await world.until(async () => (await world.tally(mine.dispatch)).delivered === 1);
  await ctx.close();
  expect(await world.tally(other.dispatch)).toEqual(foreign);
});

/** A message that an operator with this gateway has sent. */
async function sentBy(gateway: string) {
  const operator = await world.addOperator(null);
  await world.sql`update operators set gateway = ${gateway} where no = ${operator}`;
  await world.addRecipients(operator, 1);
  const dispatch = await world.addDispatch({ operatorNo: operator });
  await world.run(world.process(), dispatch);
  return { ...world.gateway.log.at(-1)!, dispatch };
}
