import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { lockPrepared, writePrepared } from "@/db/dispatches/prepared";
import { ConflictError, NotFoundError, StaleVersionError, ValidationError } from "@/lib/domain/errors";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentDraft, presentTemplate } from "@/lib/http/present/prepared";
import { type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import { cloneDatabase } from "@/test/support/database";
import { createDraft } from "./create-draft";
import { createTemplate } from "./create-template";
import { deletePrepared } from "./delete-prepared";
import { getPrepared } from "./get-prepared";
import { listPrepared } from "./list-prepared";
import { valuesOf } from "./prepared";
import { updateDraft } from "./update-draft";
import { updateTemplate } from "./update-template";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let anna: Context;
let boris: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  const of = (name: string): Context => ({
    ...{ db, now: () => new Date(), actor: systemActor(name), announce: async () => {} },
  });
  [anna, boris] = [of("anna"), of("boris")];
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const content = (message_text: string) => ({ message_text, filter_tag: null, start: "now" });
const draft = (text = "Hello") => createDraft(anna, { content: content(text) });
const body = (more: object = {}) => ({
  ...{ timezone: "UTC", start_datetime: "2035-01-21T15:00:00Z", end_datetime: "2035-01-21T18:00:00Z" },
  ...{ message_text: "Hello", ...more },
});
const present = (dispatch: Dispatch) => presentDispatch(dispatch, "en");
const dispatches = async () => (await db.sql`select id from dispatches`).length;
const didTo = async (id: string) =>
  (
    await db.sql<{ did: string }[]>`
    select actor || ' ' || action as did from audit_log where subject_id = ${id} order by no`
  ).map(({ did }) => did);

test("a draft keeps what a form holds, also what this version does not know, and what Postgres could not", async () => {
  const held = { ...content("\0 \ud800 <b>"), audience: { any: [{ tag: "vip" }] }, local_time: null };
  const { id } = await createDraft(anna, { name: "Spring", content: held });
  const read = await getPrepared(boris, "draft", id);
  expect(presentDraft(read)).toMatchObject({
    ...{ name: "Spring", content: held, version: 1, author: "anna", editor: "anna" },
  });
  expect((await listPrepared(boris, "draft", { limit: 50, q: "SPRING" })).items).toHaveLength(1);
});

test("a draft whose answer was lost is saved again and there once; somebody else's id is refused", async () => {
  const id = randomUUID();
  const made = await Promise.all([1, 2].map(() => createDraft(anna, { id, content: content("Once") })));
  expect(made.map((one) => one.id)).toEqual([id, id]);
  expect((await listPrepared(anna, "draft", { limit: 50, q: "once" })).items).toHaveLength(1);
  const template = await createTemplate(anna, { name: "Other", message_text: "Hello" });
  await expect(createDraft(anna, { id: template.id, content: content("x") })).rejects.toThrow(ConflictError);
});

test("of two people in one draft the second to save is told; a repeat of what is there is not", async () => {
  const { id } = await draft();
  expect(await updateDraft(anna, id, { content: content("Anna's") }, 1)).toMatchObject({ version: 2 });
  // The answer was lost: the same once more.
  expect(await updateDraft(anna, id, { content: content("Anna's") }, 1)).toMatchObject({ version: 2 });
  await expect(updateDraft(boris, id, { content: content("Boris's") }, 1)).rejects.toThrow(StaleVersionError);
  await expect(deletePrepared(boris, "draft", id, 1)).rejects.toThrow(StaleVersionError);
  expect(await updateDraft(boris, id, { content: content("Boris's") }, 2)).toMatchObject({
    ...{ version: 3, author: "anna", editor: "boris", content: content("Boris's") },
  });
  await deletePrepared(boris, "draft", id, 3);
  await expect(updateDraft(anna, id, { content: content("Late") }, 3)).rejects.toThrow(NotFoundError);
});

test("two who save at once cannot both succeed from one version", async () => {
  const { id } = await draft();
  const saves = ["a", "b", "c"].map((text) => updateDraft(anna, id, { content: content(text) }, 1));
  const ends = await Promise.allSettled(saves);
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("the log notes who begins, takes over, renames and ends a draft, not each letter", async () => {
  const { id } = await draft();
  for (const text of ["H", "He", "Hel"]) await updateDraft(anna, id, { content: content(text) }, null);
  await updateDraft(boris, id, { content: content("Help") }, null);
  await updateDraft(boris, id, { name: "Named" }, null);
  await deletePrepared(boris, "draft", id, null);
  expect(await didTo(id)).toEqual([
    ...["anna draft.created", "boris draft.updated", "boris draft.updated", "boris draft.deleted"],
  ]);
});

test("a dispatch takes its draft with it, once: a repeat gets its answer, anybody else is told, and nothing is made twice", async () => {
  const { id, version } = await draft();
  const before = await dispatches();
  const request = body({ draft: { id, version } });
  const first = await createDispatch(anna, request, "a-key", present);
  await expect(getPrepared(anna, "draft", id)).rejects.toThrow(NotFoundError);
  expect(await createDispatch(anna, request, "a-key", present)).toEqual(first);
  await expect(createDispatch(boris, request, "b-key", present)).rejects.toMatchObject({
    code: "draft_gone",
  });
  await expect(createDispatch(boris, request)).rejects.toMatchObject({ code: "draft_gone" });
  expect(await dispatches()).toBe(before + 1);
  expect(await didTo(id)).toEqual(["anna draft.created", "anna draft.scheduled"]);
});

test("of many who schedule one draft at once one makes a dispatch", async () => {
  const { id, version } = await draft();
  const before = await dispatches();
  const tries = [anna, boris, anna, boris].map((ctx, i) =>
    createDispatch(ctx, body({ draft: { id, version } }), `race-${i}`, present),
  );
  const ends = await Promise.allSettled(tries);
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await dispatches()).toBe(before + 1);
});

test("a dispatch that is refused leaves its draft, and so does one whose draft somebody has changed", async () => {
  const { id, version } = await draft();
  const before = await dispatches();
  const refused = createDispatch(anna, body({ message_text: "", draft: { id, version } }));
  await expect(refused).rejects.toThrow(ValidationError);
  await updateDraft(boris, id, { content: content("Better") }, version);
  await expect(createDispatch(anna, body({ draft: { id, version } }), "stale", present)).rejects.toThrow(
    StaleVersionError,
  );
  expect(await getPrepared(anna, "draft", id)).toMatchObject({ content: content("Better") });
  expect(await dispatches()).toBe(before);
});

test("who schedules while somebody saves waits, and is told of what was saved", async () => {
  const { id, version } = await draft();
  let scheduling: Promise<unknown> | undefined;
  await db.sql.begin(async (tx) => {
    const row = (await lockPrepared(tx, "draft", id))!;
    scheduling = createDispatch(anna, body({ draft: { id, version } })).catch((error) => error);
    await writePrepared(tx, row.no, valuesOf(boris, "draft", null, content("Saved meanwhile")));
    await expect
      .poll(
        async () =>
          (
            await db.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
          ).length,
      )
      .toBeGreaterThan(0);
  });
  expect(await scheduling).toBeInstanceOf(StaleVersionError);
  expect(await getPrepared(anna, "draft", id)).toMatchObject({ content: content("Saved meanwhile") });
});

test("templates have names of their own, whatever the capitals and however many make one at once", async () => {
  const make = (name: string) => createTemplate(anna, { name, message_text: "Hello" });
  const { id } = await make("Доставка");
  for (const name of ["доставка", "ДОСТАВКА"]) await expect(make(name)).rejects.toThrow(ConflictError);
  const racing = await Promise.allSettled([make("Race"), make("race"), make("RACE")]);
  const losers = racing.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(losers).toEqual([expect.any(ConflictError), expect.any(ConflictError)]);
  const other = await make("Other name");
  await expect(updateTemplate(anna, other.id, { name: "доставка" }, null)).rejects.toThrow(ConflictError);
  expect(await updateTemplate(boris, id, { name: "доставка", sender: "Shop" }, 1)).toMatchObject({
    ...{ name: "доставка", version: 2, editor: "boris" },
  });
  await expect(updateTemplate(anna, id, { message_text: "Old" }, 1)).rejects.toThrow(StaleVersionError);
  expect(presentTemplate(await getPrepared(anna, "template", id))).toMatchObject({
    ...{ message_text: "Hello", sender: "Shop", filter_tag: null },
  });
  await deletePrepared(anna, "template", id, 2);
  expect(await didTo(id)).toEqual([
    "anna template.created",
    "boris template.updated",
    "anna template.deleted",
  ]);
  await make("ДОСТАВКА");
});

test("lists are of one kind, found by name or text whatever the capitals, page by page", async () => {
  const texts = ["Ёлка 100%", "ёлка_2", "ЁЛКА 100"];
  for (const text of texts) await draft(text);
  await createTemplate(anna, { name: "Ёлка", message_text: "Hello" });
  const found = async (q: string, cursor?: string) =>
    listPrepared(anna, "draft", { limit: 2, q, ...(cursor && { cursor }) });
  const first = await found("ёлка");
  const rest = await found("ёлка", first.nextCursor!);
  const all = [...first.items, ...rest.items].map(({ content }) => content.message_text);
  expect(all).toEqual([...texts].reverse());
  expect(rest.nextCursor).toBeNull();
  expect((await found("100%")).items).toHaveLength(1);
});
