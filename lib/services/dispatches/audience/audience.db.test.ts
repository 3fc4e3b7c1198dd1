import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { previewAnswerSchema } from "@/lib/contract/dispatches/preview";
import { ConflictError, NotFoundError, StaleVersionError, type ValidationError } from "@/lib/domain/errors";
import { presentAudience } from "@/lib/http/present/audience";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentWhy } from "@/lib/http/present/message";
import { presentPreview } from "@/lib/http/present/preview";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { deleteTag } from "@/lib/services/audience/delete-tag";
import { createAudience } from "@/lib/services/audience/saved/create-audience";
import { deleteAudience } from "@/lib/services/audience/saved/delete-audience";
import { getAudience } from "@/lib/services/audience/saved/get-audience";
import { listAudiences } from "@/lib/services/audience/saved/list-audiences";
import { updateAudience } from "@/lib/services/audience/saved/update-audience";
import { type Context, systemActor } from "@/lib/services/context";
import { cancelDispatch } from "@/lib/services/dispatches/cancel-dispatch";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { dropMessages } from "@/lib/services/dispatches/drop-messages";
import { explainMessage } from "@/lib/services/dispatches/explain-message";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";
import { resumeDispatch } from "@/lib/services/dispatches/resume-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";
import { cloneDatabase } from "@/test/support/database";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

const hour = 3_600_000;
const at = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString();
const body = (more: Record<string, unknown> = {}) => ({
  timezone: "Europe/Moscow",
  start_datetime: at(hour),
  end_datetime: at(2 * hour),
  message_text: "Hello",
  ...more,
});
const create = async (more?: Record<string, unknown>) =>
  presentDispatch(await createDispatch(ctx, body(more)), "en");
const idOf = async (table: string, column: string, value: string) =>
  (await db.sql<{ id: string }[]>`select id from ${db.sql(table)} where ${db.sql(column)} = ${value}`)[0]!.id;
/** What went wrong, as `pointer code value` or as a conflict's code. */
async function wrong(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (error instanceof ConflictError) return [error.code];
  return (error as ValidationError).errors.map(
    ({ pointer, code, params }) => `${pointer} ${code}${params ? ` ${params.value}` : ""}`,
  );
}
const whole = (more: object) => ({
  tags: { all: [], any: [], none: [] },
  operators: [],
  attributes: [],
  exclude_dispatches: [],
  ...more,
});

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  await db.sql`
    insert into operators (id, code, name, rate) values (gen_random_uuid(), 'a', 'A', 100), (gen_random_uuid(), 'b', 'B', null), (gen_random_uuid(), 'c', 'C', null)`;
  await db.sql`
    insert into tags (id, name) values (gen_random_uuid(), 'vip'), (gen_random_uuid(), 'news'), (gen_random_uuid(), 'debt'), (gen_random_uuid(), 'lone'), (gen_random_uuid(), 'empty')`;
  // 120: odd numbers are with b; every second is vip, every third gets news, every fifth is in
  // debt.
  await db.sql`
    insert into recipients (phone, operator_no, attributes, opted_out_at)
    select '+7916000' || lpad(i::text, 4, '0'), (select min(no) from operators) + i % 2,
      jsonb_build_object('city', case when i <= 60 then 'Kazan' else 'Ufa' end), case when i = 6 then now() end
    from generate_series(1, 120) i`;
  for (const [name, every] of [
    ["vip", 2],
    ["news", 3],
    ["debt", 5],
  ] as const)
    await db.sql`
      insert into recipient_tags select (select no from tags where name = ${name}), no from recipients where no % ${every} = 0`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
});

/** A dispatch that is over and has reached the first so many recipients with the status. */
async function over(reached: Record<string, [from: number, to: number]>, status = "completed") {
  const { id } = await create();
  const [row] = await db.sql<{ no: number }[]>`
    update dispatches set status = ${status}, started_at = now() - interval '2 hours', finished_at = now() - interval '1 hour'
    where id = ${id} returning no`;
  const [lane] = await db.sql<{ no: number }[]>`
    insert into lanes (dispatch_no, operator_no, open, drained) select ${row!.no}::int, min(no), false, true from operators returning no`;
  for (const [message, [from, to]] of Object.entries(reached))
    await db.sql`
      insert into messages (id, lane_no, phone, status, claimed_at)
      select (${row!.no}::bigint << 32) | no, ${lane!.no}::int, phone, ${message}, now() from recipients where no between ${from}::int and ${to}::int`;
  return { id, no: row!.no };
}

test("a dispatch keeps its audience as it was confirmed, with the names of today, and its filters stay null", async () => {
  const vip = await idOf("tags", "name", "vip");
  const dispatch = await create({
    audience: {
      tags: { all: [vip, "vip"], none: ["debt"] },
      operators: ["a"],
      attributes: [{ name: "city", in: ["Kazan", "Ufa"] }],
    },
  });
  expect(dispatch.audience).toEqual(
    whole({
      tags: { all: ["vip"], any: [], none: ["debt"] },
      operators: ["a"],
      attributes: [{ name: "city", in: ["Kazan", "Ufa"] }],
    }),
  );
  expect(dispatch).toMatchObject({ filter_tag: null, filter_mobile_operator_code: null, warnings: [] });
  await db.sql`update tags set name = 'best' where name = 'vip'`;
  expect((await getDispatch(ctx, dispatch.id)).expression?.tags.all).toEqual(["best"]);
  await db.sql`update tags set name = 'vip' where name = 'best'`;
  // Filters are what they were, and have no audience beside them.
  expect(await create({ filter_tag: "vip" })).toMatchObject({ audience: null, filter_tag: vip });
  // Nothing is asked: everybody.
  const everybody = await create({ audience: {} });
  expect(everybody.audience).toBeNull();
  expect(everybody.warnings.map(({ code }) => code)).toEqual(["audience_is_everyone"]);
  const nobody = await create({ audience: { tags: { all: ["empty"] } } });
  expect(nobody.warnings.map(({ code }) => code)).toEqual(["audience_empty"]);
});

test("what an audience names and is not there is a 400 that names it, all at once; so is what does not fit together", async () => {
  const unknown = "0190c8f5-0000-7000-8000-000000000009";
  const refused = create({
    message_text: "",
    audience: {
      tags: { all: ["vip", "nope"], any: [], none: ["never"] },
      operators: ["x"],
      exclude_dispatches: [unknown],
    },
  });
  expect(await wrong(refused)).toEqual([
    "/message_text blank",
    "/audience/tags/all/1 unknown_tag nope",
    "/audience/tags/none/0 unknown_tag never",
    "/audience/operators/0 unknown_operator x",
    `/audience/exclude_dispatches/0 unknown_dispatch ${unknown}`,
  ]);
  expect(await wrong(create({ audience: unknown }))).toEqual([`/audience unknown_audience ${unknown}`]);
  expect(await wrong(create({ audience: { tags: { all: ["vip"] } }, filter_tag: "vip" }))).toEqual([
    "/audience audience_beside_filter",
  ]);
  expect(await wrong(create({ audience: 5 }))).toEqual(["/audience audience"]);
  expect(await wrong(create({ audience: "vip" }))).toEqual(["/audience id"]);
  expect(await wrong(create({ audience: { tag: ["vip"], operators: "a" } }))).toEqual([
    "/audience/operators array",
    "/audience/tag unknown_field",
  ]);
  expect(
    await wrong(
      create({
        audience: {
          tags: { any: Array.from({ length: 21 }, () => "vip") },
          attributes: [{ name: "city", in: [] }],
        },
      }),
    ),
  ).toEqual(["/audience/tags/any too_many_terms", "/audience/attributes/0/in empty_terms"]);
});

test("a change of one thing leaves the audience alone; naming filters lets go of it, and the other way round", async () => {
  const { id } = await create({ audience: { tags: { any: ["vip", "news"] } } });
  const change = async (more: object) => presentDispatch(await updateDispatch(ctx, id, more, null), "en");
  const any = whole({ tags: { all: [], any: ["vip", "news"], none: [] } });
  expect((await change({ message_text: "Other", filter_tag: null })).audience).toEqual(any);
  expect(await change({ filter_tag: "vip" })).toMatchObject({
    audience: null,
    filter_tag: await idOf("tags", "name", "vip"),
  });
  expect(
    await db.sql`select from audience_terms a join dispatches d on d.no = a.dispatch_no where d.id = ${id}`,
  ).toEqual([]);
  expect(await change({ audience: { operators: ["b"] } })).toMatchObject({
    audience: whole({ operators: ["b"] }),
    filter_tag: null,
  });
  expect(await wrong(change({ audience: { operators: ["a"] }, filter_tag: "vip" }))).toEqual([
    "/audience audience_beside_filter",
  ]);
  expect((await change({ audience: null })).audience).toBeNull();
});

test("a saved audience is named, changed by its version and deleted; dispatches keep their copy, and the log has it all", async () => {
  const expression = { tags: { all: ["vip"] }, attributes: [{ name: "city", in: ["Kazan"] }] };
  const { id } = await createAudience(ctx, { name: "Kazan VIP", expression });
  expect(await wrong(createAudience(ctx, { name: "Kazan VIP", expression }))).toEqual([
    "audience_name_taken",
  ]);
  expect(await wrong(createAudience(ctx, { name: "x", expression: { operators: ["x"] } }))).toEqual([
    "/expression/operators/0 unknown_operator x",
  ]);
  // 30 are vip in Kazan; one of them has opted out.
  expect(await getAudience(ctx, id)).toMatchObject({ recipients: { count: 29, isEstimate: false } });
  await createAudience(ctx, { name: "100%_all", expression: {} });
  const names = async (q?: string) =>
    (await listAudiences(ctx, { limit: 10, q })).items.map(({ name }) => name);
  expect(await names()).toEqual(["100%_all", "Kazan VIP"]);
  expect(await names("%_")).toEqual(["100%_all"]);
  expect(await names("vip")).toEqual(["Kazan VIP"]);
  const first = await listAudiences(ctx, { limit: 1 });
  expect((await listAudiences(ctx, { limit: 1, cursor: first.nextCursor! })).items[0]!.name).toBe(
    "Kazan VIP",
  );

  const dispatch = await create({ audience: id });
  await expect(updateAudience(ctx, id, { name: "Other" }, 7)).rejects.toThrow(StaleVersionError);
  const changed = await updateAudience(ctx, id, { expression: { operators: ["a"] } }, 1);
  expect(presentAudience(changed)).toMatchObject({
    name: "Kazan VIP",
    version: 2,
    expression: whole({ operators: ["a"] }),
  });
  await deleteAudience(ctx, id);
  await expect(getAudience(ctx, id)).rejects.toThrow(NotFoundError);
  expect((await getDispatch(ctx, dispatch.id)).expression).toEqual(
    whole({ tags: { all: ["vip"], any: [], none: [] }, attributes: [{ name: "city", in: ["Kazan"] }] }),
  );
  const log = await db.sql<{ action: string; after: unknown }[]>`
    select action, after from audit_log where subject_id = ${id} order by no`;
  expect(log.map(({ action }) => action)).toEqual([
    "audience.created",
    "audience.updated",
    "audience.deleted",
  ]);
  expect(log[1]!.after).toEqual({ id, name: "Kazan VIP", expression: whole({ operators: ["a"] }) });
});

test("what a dispatch or a saved audience asks for cannot be deleted, and who does is told what uses it", async () => {
  const dispatch = await create({ audience: { tags: { none: ["lone"] }, operators: ["c"] } });
  expect(await wrong(deleteTag(ctx, await idOf("tags", "name", "lone")))).toEqual(["tag_in_use"]);
  expect(await wrong(deleteOperator(ctx, await idOf("operators", "code", "c")))).toEqual(["operator_in_use"]);
  await updateDispatch(ctx, dispatch.id, { audience: null }, null);
  const saved = await createAudience(ctx, {
    name: "lone ones",
    expression: { tags: { any: ["lone"] }, operators: ["c"] },
  });
  expect(await wrong(deleteTag(ctx, await idOf("tags", "name", "lone")))).toEqual(["tag_in_audiences"]);
  expect(await wrong(deleteOperator(ctx, await idOf("operators", "code", "c")))).toEqual([
    "operator_in_audiences",
  ]);
  await deleteAudience(ctx, saved.id);
  await deleteTag(ctx, await idOf("tags", "name", "lone"));
});

test("a preview counts what each clause leaves, and whom a dispatch has reached, or may have, is left out", async () => {
  const earlier = await over({
    ...{ sent: [1, 10], delivered: [11, 20], undelivered: [21, 22], unknown: [23, 24] },
    ...{ sending: [25, 26], deferred: [27, 28] },
    ...{ failed: [29, 40], expired: [41, 50], skipped: [51, 55], cancelled: [56, 60] },
  });
  const audience = {
    tags: { all: ["vip"], none: ["debt"] },
    attributes: [{ name: "city", in: ["Kazan"] }],
    exclude_dispatches: [earlier.id],
  };
  const answer = previewAnswerSchema.parse(
    presentPreview(await previewDispatch(ctx, { audience }, {}), "en"),
  );
  expect(answer.audience).toMatchObject({
    total: 12,
    is_estimate: false,
    clauses: [
      { clause: "everyone", left: 119, is_estimate: false },
      { clause: "tags_all", left: 59, is_estimate: false },
      { clause: "tags_none", left: 47, is_estimate: false },
      { clause: "attributes", left: 23, is_estimate: false },
      { clause: "exclude_dispatches", left: 12, is_estimate: false },
    ],
    samples: ["+79160000032", "+79160000034", "+79160000036", "+79160000038", "+79160000042"],
  });
  expect(await wrong(previewDispatch(ctx, { audience: { tags: { all: ["no"] } } }, {}))).toEqual([
    "/audience/tags/all/0 unknown_tag no",
  ]);
});

test("the same text to the same audience is told, whatever the order of what it asks", async () => {
  const { id } = await create({
    message_text: "Twice",
    audience: { tags: { any: ["vip", "debt"] }, attributes: [{ name: "city", in: ["Ufa", "Omsk"] }] },
  });
  const repeats = async (audience: object) =>
    (await previewDispatch(ctx, { message_text: "Twice", audience }, {})).repeats?.id;
  expect(
    await repeats({ attributes: [{ name: "city", in: ["Omsk", "Ufa"] }], tags: { any: ["debt", "vip"] } }),
  ).toBe(id);
  expect(await repeats({ tags: { any: ["debt", "vip"] } })).toBeUndefined();
});

test("one that is not over, or whose messages are gone, cannot be left out: at the making, in a preview, and asked again", async () => {
  const running = await over({}, "running");
  const leaveOut = (id: string) => ({ audience: { exclude_dispatches: [id] } });
  expect(await wrong(create(leaveOut(running.id)))).toEqual(["excluded_unfinished"]);
  expect(await wrong(previewDispatch(ctx, leaveOut(running.id), {}))).toEqual(["excluded_unfinished"]);
  const gone = await over({});
  await db.sql`update dispatches set messages_dropped_at = now() where no = ${gone.no}`;
  expect(await wrong(create(leaveOut(gone.id)))).toEqual(["excluded_dropped"]);
  // A saved audience may name it: whoever uses it is told.
  const saved = await createAudience(ctx, { name: "not those", expression: leaveOut(running.id).audience });
  expect(await wrong(create({ audience: saved.id }))).toEqual(["excluded_unfinished"]);
  await db.sql`update dispatches set status = 'cancelled' where no = ${running.no}`;
  expect((await create({ audience: saved.id })).audience?.exclude_dispatches).toEqual([running.id]);
  expect(await wrong(updateDispatch(ctx, (await create()).id, leaveOut(gone.id), null))).toEqual([
    "excluded_dropped",
  ]);
});

test("one that runs again at the start opens the dispatch paused, which says why, and goes on when it is over", async () => {
  const earlier = await over({ failed: [1, 5] });
  const { id } = await create({
    start_datetime: at(-1_000),
    audience: { exclude_dispatches: [earlier.id] },
  });
  await db.sql`update dispatches set status = 'running' where no = ${earlier.no}`;
  expect(await openDispatch(ctx, id, 1)).toMatchObject({ kind: "open", lanes: [] });
  const held = presentDispatch(await getDispatch(ctx, id), "en");
  expect(held.status).toBe("paused");
  expect(held.waits).toMatchObject([{ code: "excluded_unfinished" }]);
  expect(held.waits[0]!.detail).toContain(earlier.id);
  expect(await wrong(resumeDispatch(ctx, id))).toEqual(["excluded_unfinished"]);
  await db.sql`update dispatches set status = 'completed' where no = ${earlier.no}`;
  await resumeDispatch(ctx, id);
  expect((await getDispatch(ctx, id)).status).toBe("running");
  // While it runs, whom the earlier one has reached stays as it is.
  await db.sql`update dispatches set end_at = now() + interval '1 hour' where no = ${earlier.no}`;
  expect(await wrong(retryFailed(ctx, earlier.id))).toEqual(["excluded_elsewhere"]);
  await cancelDispatch(ctx, id);
  await retryFailed(ctx, earlier.id);
});

test("retention keeps the messages that an unfinished dispatch asks for, and from its beginning nobody may ask any more", async () => {
  const earlier = await over({ sent: [1, 5] });
  await db.sql`
    update dispatches set finished_at = now() - interval '50 days', start_at = now() - interval '52 days', end_at = now() - interval '51 days'
    where no = ${earlier.no}`;
  const { id } = await create({ audience: { exclude_dispatches: [earlier.id] } });
  const left = async () => (await db.sql`select from messages where id >> 32 = ${earlier.no}`).length;
  await dropMessages(ctx, { days: 30, rowsMax: 1_000 });
  expect(await left()).toBe(5);
  await cancelDispatch(ctx, id);
  // It is cut off in the middle.
  await dropMessages(ctx, { days: 30, rowsMax: 0 });
  expect(await wrong(create({ audience: { exclude_dispatches: [earlier.id] } }))).toEqual([
    "excluded_dropped",
  ]);
  await dropMessages(ctx, { days: 30, rowsMax: 1_000 });
  expect(await left()).toBe(0);
});

test("why somebody did not get it names the clause that left them out", async () => {
  const earlier = await over({ sent: [36, 36] });
  const { id } = await create({
    audience: {
      tags: { all: ["vip"], any: ["news", "debt"], none: ["debt"] },
      operators: ["a"],
      attributes: [{ name: "city", in: ["Kazan"] }],
      exclude_dispatches: [earlier.id],
    },
  });
  const why = async (no: number) => {
    const phone = `+7916000${String(no).padStart(4, "0")}`;
    return presentWhy(await explainMessage(ctx, id, phone), "en").detail;
  };
  expect(await why(3)).toBe("The recipient does not have all tags of the audience: vip.");
  expect(await why(4)).toBe("The recipient has none of the audience's tags: news, debt.");
  expect(await why(10)).toBe("The recipient has a tag that the audience leaves out: debt.");
  expect(await why(66)).toBe("The recipient's attributes are not those of the audience: city = Kazan.");
  expect(await why(36)).toBe(`The audience leaves out whom these dispatches have reached: ${earlier.id}.`);
  expect(await why(6)).toBe("The recipient has opted out.");
  expect(await why(12)).toBe("The dispatch has not started yet.");
  const { id: other } = await create({ audience: { operators: ["b"] } });
  expect((await explainMessage(ctx, other, "+79160000012")).code).toBe("other_operators");
});

test("an audience counts on a ceiling of recipients a day by whom it has, not by everybody", async () => {
  const limited = { ...ctx, actor: { ...ctx.actor, name: "limited", dailyRecipientsMax: 60 } };
  const small = { tags: { all: ["vip"] } };
  const { no } = await createDispatch(limited, body({ audience: small }));
  expect(await db.sql`select recipients_paid::int as paid from dispatches where no = ${no}`).toEqual([
    { paid: 59 },
  ]);
  await expect(createDispatch(limited, body({ audience: small }))).rejects.toThrow("daily_recipients");
});
