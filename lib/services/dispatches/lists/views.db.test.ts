import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { dispatchViewCreateSchema } from "@/lib/contract/dispatches/view";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { type Actor, type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createView } from "./create-view";
import { deleteView } from "./delete-view";
import { listViews } from "./list-views";
import { updateView } from "./update-view";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  const actor = { ...(systemActor() as Actor), name: "anna@example.com" };
  ctx = { db, now: () => new Date(), actor, announce: async () => {} };
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test("a view is there for everybody until it is deleted, once under a name that can be changed, and the log has all of it", async () => {
  const filter = { view: "table", period: "last_month", status: "expired,cancelled", q: "sale" } as const;
  const made = await createView(ctx, { name: "Lost", filter });
  await createView(ctx, { name: "All", filter: {} });
  await expect(createView(ctx, { name: "Lost", filter: {} })).rejects.toThrow(ConflictError);
  const { items } = await listViews(ctx, { limit: 50 });
  expect(items).toMatchObject([
    { name: "All", filter: {} },
    { name: "Lost", filter, author: "anna@example.com" },
  ]);
  const { items: first, nextCursor } = await listViews(ctx, { limit: 1 });
  const { items: rest } = await listViews(ctx, { limit: 1, cursor: nextCursor! });
  expect([...first, ...rest]).toEqual(items);

  await expect(updateView(ctx, made.id, { name: "All" })).rejects.toThrow(ConflictError);
  expect(await updateView(ctx, made.id, { name: "Lost" })).toEqual(made);
  expect(await updateView(ctx, made.id, { name: "Gone" })).toEqual({ ...made, name: "Gone" });

  await deleteView(ctx, made.id);
  await expect(updateView(ctx, made.id, { name: "Again" })).rejects.toThrow(NotFoundError);
  await expect(deleteView(ctx, made.id)).rejects.toThrow(NotFoundError);
  expect((await listViews(ctx, { limit: 50 })).items.map(({ name }) => name)).toEqual(["All"]);
  const log = await db.sql`
    select action, before, after from audit_log where subject_id = ${made.id} order by no`;
  const told = { id: made.id, name: "Lost", filter };
  expect(log).toEqual([
    { action: "dispatch_view.created", before: null, after: told },
    { action: "dispatch_view.updated", before: { name: "Lost" }, after: { name: "Gone" } },
    { action: "dispatch_view.deleted", before: { ...told, name: "Gone" }, after: null },
  ]);
});

test("a view has what an address of the list can mean, and nothing else", () => {
  const isFine = (filter: object) => dispatchViewCreateSchema.safeParse({ name: "n", filter }).success;
  for (const period of [
    "today",
    "last_month",
    "2026-11-01..2026-11-30",
    "..2026-11-30",
    "2026-11-01..",
    "..",
  ])
    expect(isFine({ period }), period).toBe(true);
  for (const period of ["", "someday", "2026-11-01", "2026-13-01..", "2026-11-01..2026-11-02.."])
    expect(isFine({ period }), period).toBe(false);
  expect(isFine({ view: "drafts" })).toBe(false);
  expect(isFine({ status: "lost" })).toBe(false);
  expect(isFine({ month: "2026-11" })).toBe(false);
});
