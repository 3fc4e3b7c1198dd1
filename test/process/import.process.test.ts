import { beforeAll, expect, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { Installation } from "./installation";

beforeAll(() => buildWhenStale(console.log), 600_000);

const ROWS = 150_000;
/** People of whom every hundredth has opted out, and every thousandth is there twice. */
const file = () =>
  `phone,operator,tags,unsubscribed\n${Array.from(
    { length: ROWS },
    (_, i) =>
      `+79${String(100_000_000 + (i % 1000 === 999 ? i - 1 : i))},op0,tag${i % 5},${i % 100 === 7 ? "yes" : ""}\n`,
  ).join("")}`;

test("A web process killed while it reads an import and another one while it applies it: the next one goes on, and everything is there once", async (context) => {
  const it = await Installation.forTest(context);
  const { sql } = it.db;
  await it.addOperator(null, 0);
  const state = async () =>
    (
      await sql<{ status: string; stage: string | null; rows: number; created: number }[]>`
        select status, stage, rows, created from imports`
    )[0];
  const wait = (holds: (row: Awaited<ReturnType<typeof state>>) => boolean, what: string) =>
    it.until(async () => holds(await state()), what);
  let web = await it.processes.startWeb();
  const sent = fetch(`${web.url}/api/v1/recipients/import/`, {
    method: "POST",
    headers: { "content-type": "text/csv", prefer: "respond-async" },
    body: file(),
  }).catch(() => {});
  for (const [what, holds] of [
    ["reading", (row) => row?.stage === "reading" && row.rows > 0],
    ["applying", (row) => row?.stage === "applying" && row.created > 0],
  ] satisfies [string, Parameters<typeof wait>[0]][]) {
    await wait(holds, what);
    await web.end("SIGKILL");
    // What it had asked for in its last moment ends by itself.
    await it.until(
      async () =>
        (
          await sql`select from pg_stat_activity where datname = current_database() and application_name like 'carillon web%'`
        ).length === 0,
      "its connections have ended",
    );
    expect(await state()).toMatchObject({ status: "running", stage: what });
    // Its lease, now instead of in a minute.
    await sql`update imports set lease_until = clock_now() - interval '1 second'`;
    web = await it.processes.startWeb();
    // Whoever looks takes it up.
    expect((await fetch(`${web.url}/api/v1/imports/`)).status).toBe(200);
  }
  await sent;
  await wait((row) => row?.status !== "running", "the end of the import");
  const people = ROWS - ROWS / 1000;
  expect(await state()).toMatchObject({ status: "completed", rows: ROWS, created: people });
  const [counted] = await sql`
    select count(*)::int as people, count(*) filter (where opted_out_at is not null)::int as out,
      (select count(*)::int from recipient_tags) as tags, (select count(*)::int from suppressions) as suppressions,
      (select count(*)::int from import_parts) as parts from recipients`;
  // Each pair of rows that was one person has two tags.
  expect(counted).toEqual({
    people,
    out: ROWS / 100,
    tags: people + ROWS / 1000,
    suppressions: ROWS / 100,
    parts: 0,
  });
});
