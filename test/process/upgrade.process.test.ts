import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "@/db/migrate";
import type { Status } from "@/lib/contract/health/status";
import { buildWhenStale } from "@/scripts/build";
import { cloneDatabase } from "@/test/support/database";
import { addMigrations } from "@/test/support/migrations";
import { ApiClient } from "./api-client";
import { Installation } from "./installation";
import type { ProcessSettings } from "./processes";

const TOO_OLD = "this version is older than the database's schema and claims nothing";

beforeAll(() => buildWhenStale(console.log), 600_000);

async function install(settings?: Partial<ProcessSettings>): Promise<{ it: Installation; url: string }> {
  const database = await cloneDatabase();
  const it = await Installation.open(database.url, settings);
  onTestFinished(async () => {
    await it.close();
    await database.drop();
  });
  return { it, url: database.url };
}

/** The sources of a version to come: these, and one migration more. */
async function newerVersion(): Promise<{ root: string; migrations: string }> {
  const ours = join(import.meta.dirname, "..", "..");
  const root = await mkdtemp(join(tmpdir(), "carillon-newer-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const part of ["db", "lib", "scripts", "package.json", "tsconfig.json"])
    await cp(join(ours, part), join(root, part), { recursive: true });
  await symlink(join(ours, "node_modules"), join(root, "node_modules"));
  const migrations = join(root, "db", "migrations");
  await addMigrations(migrations, { "9001_newer": "alter table operators add column colour text" });
  return { root, migrations };
}

test("A rolling upgrade while two workers send: both stop claiming and say why, a newer one goes on, the web process of before serves on, nobody is forgotten and nobody gets anything twice", async () => {
  const { it, url } = await install({ timeoutMs: 20_000, connections: 8 });
  const newer = await newerVersion();
  await it.addOperator(100, 100);
  await it.addOperator(null, 1200);
  // Slow until the new version is there, so that there is something left for it.
  let latencyMs = 200;
  it.gateway.latencyMs = () => latencyMs;
  const sentBy = (token: string) =>
    it.gateway.arrivals.filter(({ authorization }) => authorization === `Bearer ${token}`).length;
  const first = await it.processes.startWorker({ SMS_GATEWAY_TOKEN: "first" });
  const web = await it.processes.startWeb();
  const client = new ApiClient(() => web.url);
  const sending = async () => {
    const { components } = (await (
      await fetch(`${web.url}/api/v1/status/`, { headers: { "accept-language": "en" } })
    ).json()) as Status;
    return components.find(({ kind }) => kind === "sending")!;
  };
  const before = [await client.create("a")];
  await it.untilArrived(20);
  const second = await it.processes.startWorkerBeside("shared", { SMS_GATEWAY_TOKEN: "second" });
  await second.ready;
  // Its turns go to whoever registered last, while the first one's are still held.
  before.push(await client.create("b"));
  await it.until(() => sentBy("second") > 20, "the second sends, too");

  await migrateDatabase(url, { folder: newer.migrations });
  await it.until(() => first.hasEnded() && second.hasEnded(), "both have given up");
  for (const old of [first, second])
    expect([await old.end("SIGKILL"), old.output()]).toEqual([0, expect.stringContaining(TOO_OLD)]);
  // Whatever they had claimed is settled or due again.
  expect(await it.db.sql`select 1 from chunks where state in ('claimed', 'started')`).toHaveLength(0);
  const [{ left }] = (await it.db
    .sql`select count(*)::int as left from lanes where open and not drained`) as unknown as [
    { left: number },
  ];
  expect(left).toBeGreaterThan(0);

  // The supervisor starts it again: it says that it is too old, and takes nothing, not even the
  // engine.
  const again = await it.processes.startWorkerBeside("own", { SMS_GATEWAY_TOKEN: "again" });
  await again.ready;
  await it.until(async () => (await sending()).state === "down", "the status page says so");
  expect((await sending()).detail).toContain("newer than the workers");
  expect(again.output()).toContain(TOO_OLD);
  expect((await fetch(`${web.url}/readyz`)).status).toBe(200);

  const successor = await it.processes.startWorkerBeside("own", { SMS_GATEWAY_TOKEN: "newer" }, newer.root);
  await successor.ready;
  latencyMs = 0;
  const after = await client.create("c");
  await it.until(
    () => it.isCompleted([...before, after]),
    "what began before and what was made after is completed",
  );
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 3900 });
  expect(sentBy("newer")).toBeGreaterThan(1300);
  expect([sentBy("again"), again.hasEnded()]).toEqual([0, false]);
  for (const process of [again, successor, web])
    expect(await process.end("SIGTERM"), process.output()).toBe(0);
});

test("A worker that is started before its database is migrated waits for that", async () => {
  const { it, url } = await install();
  const newer = await newerVersion();
  let isReady = false;
  const worker = await it.processes.startWorkerBeside("own", {}, newer.root);
  const ready = worker.ready.then(() => {
    isReady = true;
  });
  await it.until(
    () => worker.output().includes("has not been migrated to this version yet"),
    "it says that it waits",
  );
  expect(isReady).toBe(false);
  await migrateDatabase(url, { folder: newer.migrations });
  await ready;
});
