import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { writeHeartbeat } from "@/db/health/health";
import type { DispatchSort } from "@/lib/contract/dispatches/dispatch";
import { ConflictError, NotFoundError, StaleVersionError, ValidationError } from "@/lib/domain/errors";
import { dispatchOrders } from "@/lib/domain/lifecycle";
import { rightsOfRole, rightsOfScopes } from "@/lib/domain/rights";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { type Context, systemActor } from "@/lib/services/context";
import type { Announcement } from "@/lib/services/events";
import { cloneDatabase } from "@/test/support/database";
import { cancelDispatch } from "./cancel-dispatch";
import { createDispatch } from "./create-dispatch";
import { deleteDispatch } from "./delete-dispatch";
import { explainMessage } from "./explain-message";
import { type Dispatch, getDispatch } from "./get-dispatch";
import { getTimeline } from "./get-timeline";
import { listMessages } from "./list-messages";
import { getBoard } from "./lists/get-board";
import { listDispatches } from "./lists/list-dispatches";
import { openDispatch } from "./open-dispatch";
import { pauseDispatch } from "./pause-dispatch";
import { updateDispatch } from "./update-dispatch";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let announced: Announcement[];
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
const codes = (error: unknown) =>
  (error as ValidationError).errors.map(({ pointer, code }) => `${pointer} ${code}`);

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  await db.sql`insert into operators (id, code, name, rate) values (gen_random_uuid(), 'a', 'A', 100), (gen_random_uuid(), 'b', 'B', null)`;
  await db.sql`insert into tags (id, name) values (gen_random_uuid(), 'vip')`;
  await db.sql`
    insert into recipients (phone, operator_no) select '+7916000' || lpad(i::text, 4, '0'), (select min(no) from operators) + i % 2 from generate_series(1, 50) i`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  announced = [];
  ctx = {
    db,
    now: () => new Date(),
    actor: systemActor("tester"),
    announce: async (events) => {
      announced.push(...events);
    },
  };
});

const present = (dispatch: Dispatch) => presentDispatch(dispatch, "en");
const create = (more?: Record<string, unknown>) => createDispatch(ctx, body(more));

test("a create is told to the engine with its edition and its start, and its actor is in the audit log", async () => {
  const { id, startAt } = await create();
  expect(announced).toEqual([
    { name: "dispatch/scheduled", ts: Date.parse(startAt), data: { id, schedule: `${id}:1` } },
  ]);
  const [entry] = await db.sql`select actor, action from audit_log where subject_id = ${id}`;
  expect(entry).toMatchObject({ actor: "tester", action: "dispatch.created" });
});

test("what is to start now is told for now, and what starts in years for as far ahead as an engine keeps it", async () => {
  const nowMs = Date.now();
  await create({
    start_datetime: new Date(nowMs - 1_000).toISOString(),
    end_datetime: new Date(nowMs + 3_600_000).toISOString(),
  });
  const startMs = nowMs + 5 * 366 * 86_400_000;
  await create({
    start_datetime: new Date(startMs).toISOString(),
    end_datetime: new Date(startMs + 3_600_000).toISOString(),
  });
  expect(announced[0]).not.toHaveProperty("ts");
  const { ts } = announced[1] as { ts: number };
  expect(ts).toBeGreaterThan(nowMs + 300 * 86_400_000);
  expect(ts).toBeLessThan(nowMs + 366 * 86_400_000);
});

test("a create that the engine never hears of is kept all the same", async () => {
  const { id } = await createDispatch({ ...ctx, announce: async () => {} }, body());
  expect((await getDispatch(ctx, id)).status).toBe("scheduled");
});

test("a refused create leaves nothing behind, not even its key", async () => {
  const before = await db.sql`select count(*) from dispatches`;
  await expect(createDispatch(ctx, body({ filter_tag: "none" }), "key", present)).rejects.toThrow(
    ValidationError,
  );
  expect(await db.sql`select count(*) from dispatches`).toEqual(before);
  await expect(createDispatch(ctx, body(), "key", present)).resolves.toMatchObject({ status: "scheduled" });
});

test("an answer is kept word for word: who repeats a key gets it in whatever language, and one that an older version kept, too", async () => {
  const request = body();
  const first = await createDispatch(ctx, request, "words", present);
  expect(first.warnings.map(({ detail }) => detail)).toEqual([
    "There is no filter: every recipient gets it.",
  ]);
  const again = () => createDispatch(ctx, request, "words", (dispatch) => presentDispatch(dispatch, "ru"));
  expect(JSON.stringify(await again())).toBe(JSON.stringify(first));
  const older = '{"id":"older","a field of then":[1]}';
  await db.sql`update idempotency_keys set answer = ${older} where key = 'words'`;
  announced = [];
  expect(JSON.stringify(await again())).toBe(older);
  expect(announced).toEqual([]);
});

test("the audit log has a dispatch by the names of the API, whatever the language of who made it", async () => {
  const { id } = await createDispatch(ctx, body(), "audited", (dispatch) => presentDispatch(dispatch, "ru"));
  // Who made it is the actor of the entry.
  const {
    warnings: _,
    progress: __,
    author: ___,
    hours: ____,
    ...after
  } = present(await getDispatch(ctx, id));
  const [entry] = await db.sql<{ after: unknown }[]>`select after from audit_log where subject_id = ${id}`;
  expect(entry!.after).toEqual(after);
});

test("an edit of a scheduled dispatch makes a new edition and ends the run of the one before", async () => {
  const { id } = await create();
  announced = [];
  const edited = await updateDispatch(ctx, id, { message_text: "Привет", filter_tag: "vip" }, 1);
  expect(edited).toMatchObject({ version: 2, messageText: "Привет" });
  expect(edited.tagId).not.toBeNull();
  expect(announced.map(({ name, data }) => [name, "schedule" in data && data.schedule])).toEqual([
    ["dispatch/rescheduled", `${id}:1`],
    ["dispatch/scheduled", `${id}:2`],
  ]);
  expect(announced[1]).toHaveProperty("ts", Date.parse(edited.startAt));
  // The run of the edition before finds nothing of its own.
  expect(await openDispatch(ctx, id, 1)).toEqual({ kind: "gone" });
});

test("wall time keeps its wall when only the text is edited", async () => {
  const wall = {
    timezone: "Europe/Moscow",
    start_datetime: "2030-06-01T10:00",
    end_datetime: "2030-06-01T12:00",
  };
  const { id, startAt } = await create(wall);
  expect((await updateDispatch(ctx, id, { message_text: "x" }, null)).startAt).toBe(startAt);
});

test("an edit of an edition that is not the newest is refused and changes nothing", async () => {
  const { id } = await create();
  await updateDispatch(ctx, id, { message_text: "second" }, 1);
  await expect(updateDispatch(ctx, id, { message_text: "third" }, 1)).rejects.toThrow(StaleVersionError);
  expect((await getDispatch(ctx, id)).messageText).toBe("second");
});

test("a zone alone moves nothing", async () => {
  const { id } = await create();
  const error = await updateDispatch(ctx, id, { timezone: "Asia/Omsk" }, null).catch((e) => e);
  expect(codes(error)).toEqual(["/start_datetime timezone_alone", "/end_datetime timezone_alone"]);
});

test("while it runs only the end may be changed, and only to later", async () => {
  const { id, endAt } = await create({ start_datetime: at(-hour) });
  await openDispatch(ctx, id, 1);
  await expect(updateDispatch(ctx, id, { message_text: "x" }, null)).rejects.toThrow(ConflictError);
  await expect(updateDispatch(ctx, id, { end_datetime: at(hour) }, null)).rejects.toThrow(ConflictError);
  announced = [];
  const later = new Date(Date.parse(endAt) + hour).toISOString();
  expect(await updateDispatch(ctx, id, { end_datetime: later }, null)).toMatchObject({
    endAt: later,
    status: "running",
  });
  expect(announced.map(({ name }) => name)).toEqual(["lane/turn.due", "lane/turn.due"]);
});

test("only what never opened can be deleted, and then it is gone", async () => {
  const { id } = await create();
  await deleteDispatch(ctx, id);
  await expect(getDispatch(ctx, id)).rejects.toThrow(NotFoundError);
  expect(await openDispatch(ctx, id, 1)).toEqual({ kind: "gone" });
  const { id: opened } = await create({ start_datetime: at(-hour) });
  await openDispatch(ctx, opened, 1);
  await expect(deleteDispatch(ctx, opened)).rejects.toThrow(ConflictError);
});

test("the list is newest first, by pages that neither miss nor repeat, and finds by status and text", async () => {
  const text = `needle ${Date.now()} 100%`;
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.push((await create({ message_text: text })).id);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listDispatches(ctx, { limit: 2, cursor, q: text, status: ["scheduled"] });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(made.reverse());
  expect((await listDispatches(ctx, { limit: 2, q: "100_" })).items).toEqual([]);
  expect(
    (await listDispatches(ctx, { limit: 2, q: made[0]!.slice(0, 30) })).items.map(({ id }) => id),
  ).toContain(made[0]);
});

test("every order of the list comes by pages that neither miss nor repeat, and the board counts what it does not show", async () => {
  const text = `sorted ${Date.now()}`;
  for (const [i, hours] of [5, 3, 4, 1, 2].entries())
    await create({
      message_text: `${"edcba"[i]} ${text}`,
      start_datetime: at(hours * hour),
      end_datetime: at(9 * hour),
    });
  const { items } = await listDispatches(ctx, { limit: 50, q: text });
  const { id } = items.at(-1)!;
  await cancelDispatch(ctx, id);
  const all = async (sort: DispatchSort) => {
    const seen: string[] = [];
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const page = await listDispatches(ctx, { limit: 2, cursor, q: text, sort });
      seen.push(...page.items.map(({ messageText: t }) => t[0]!));
      cursor = page.nextCursor;
    }
    return seen.join("");
  };
  expect(await all("start")).toBe("badce");
  for (const by of dispatchOrders) {
    const rising = await all(by);
    expect([...rising].sort().join(""), by).toBe("abcde");
    expect([...rising].reverse().join(""), by).toBe(await all(`-${by}`));
  }
  expect([await all("created"), await all("text")]).toEqual(["edcba", "abcde"]);

  const board = await getBoard(ctx, { limit: 2, q: text });
  expect(board.counts).toEqual({
    scheduled: 4,
    running: 0,
    paused: 0,
    completed: 0,
    expired: 0,
    cancelled: 1,
  });
  expect(board.scheduled.map(({ messageText: t }) => t[0]).join("")).toBe("ba");
  expect(board.finished.map((dispatch) => dispatch.id)).toEqual([id]);
  expect(await getBoard(ctx, { limit: 0, q: text })).toEqual({
    counts: board.counts,
    scheduled: [],
    running: [],
    paused: [],
    finished: [],
  });
});

test("messages are paged by id, found by phone, and filtered by status", async () => {
  const { id } = await create({ start_datetime: at(-hour) });
  await openDispatch(ctx, id, 1);
  await db.sql`
    insert into messages (id, lane_no, phone, status, claimed_at)
    select (d.no::bigint << 32) | r.no, l.no, r.phone, case when r.no % 10 = 0 then 'failed' else 'sent' end, now()
    from dispatches d join lanes l on l.dispatch_no = d.no join recipients r on r.operator_no = l.operator_no where d.id = ${id} and r.no <= 40`;
  const all: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listMessages(ctx, id, { limit: 15, cursor });
    all.push(...page.items.map((message) => message.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(all).toHaveLength(40);
  expect(new Set(all).size).toBe(40);
  expect((await listMessages(ctx, id, { limit: 50, status: "failed" })).items).toHaveLength(4);
  expect(
    (await listMessages(ctx, id, { limit: 50, phone: "8 (916) 000-00-07" })).items.map(({ phone }) => phone),
  ).toEqual(["+79160000007"]);
  expect((await explainMessage(ctx, id, "+79160000007")).code).toBe("has_message");
  expect((await explainMessage(ctx, id, "+79160000045")).code).toBe("waiting");
  expect((await explainMessage(ctx, id, "+79990000000")).code).toBe("unknown_recipient");
});

test("a cursor of one dispatch does not lead into the messages of another", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { id } = await create({ start_datetime: at(-hour) });
    await openDispatch(ctx, id, 1);
    await db.sql`
      insert into messages (id, lane_no, phone, status, claimed_at)
      select (d.no::bigint << 32) | r.no, l.no, r.phone, 'sent', now()
      from dispatches d join lanes l on l.dispatch_no = d.no join recipients r on r.operator_no = l.operator_no where d.id = ${id} and r.no <= 4`;
    ids.push(id);
  }
  const [first, second, third] = ids as [string, string, string];
  const cursorOf = async (id: string) => (await listMessages(ctx, id, { limit: 2 })).nextCursor!;
  const numbers = new Map(
    (await db.sql<{ id: string; no: number }[]>`select id, no from dispatches`).map(({ id, no }) => [
      id,
      BigInt(no),
    ]),
  );
  for (const [id, cursor] of [
    [third, await cursorOf(first)],
    [third, await cursorOf(second)],
    [first, await cursorOf(third)],
    [third, "m0"],
    [first, "m4294967295"],
    [first, "m9999999999"],
  ] as const) {
    const { items } = await listMessages(ctx, id, { limit: 50, cursor });
    expect(items.filter((message) => BigInt(message.id) >> 32n !== numbers.get(id))).toEqual([]);
  }
  const refused = await listMessages(ctx, third, { limit: 50, cursor: "m99999999999" }).catch(
    (error) => error,
  );
  expect(codes(refused)).toEqual(["/cursor cursor"]);
  expect((await listMessages(ctx, second, { limit: 50, cursor: await cursorOf(second) })).items).toHaveLength(
    2,
  );
});

test("a dispatch that waits says why: for the engine, for a gateway that refuses, at its rate, paused by whom, stopped; and nothing while it flows", async () => {
  const waits = async (id: string) =>
    present(await getDispatch(ctx, id)).waits.map(({ code, detail }) => `${code}: ${detail}`);
  expect(await waits((await create()).id)).toEqual([]);
  const { id } = await create({ start_datetime: at(-hour) });
  expect(await waits(id)).toEqual([]);
  await db.sql`update dispatches set updated_at = updated_at - interval '1 minute' where id = ${id}::uuid`;
  expect(await waits(id)).toEqual(["waiting_for_engine: The start has passed. Queued."]);
  await openDispatch(ctx, id, 1);
  const engine = "waiting_for_engine: Queued.";
  expect(await waits(id)).toEqual(["counting: Counting the audience.", engine]);
  await db.sql`update dispatches set audience = 50 where id = ${id}::uuid`;
  expect(await waits(id)).toEqual([engine]);

  const lanes = await db.sql<
    { no: number }[]
  >`select l.no from lanes l join dispatches d on d.no = l.dispatch_no where d.id = ${id}::uuid order by l.no`;
  const [a] = lanes.map(({ no }) => no) as [number, number];
  await db.sql`update lanes set wait_reason = 'gateway: refused', wait_until = now() + interval '1 minute' where no = ${a}`;
  const [refused] = presentDispatch(await getDispatch(ctx, id), "ru").waits;
  expect(refused).toMatchObject({ code: "breaker", detail: "Шлюз отклоняет сообщения: A." });
  expect(Date.parse(refused!.until!) - Date.now()).toBeGreaterThan(50_000);
  await db.sql`update lanes set wait_reason = null, wait_until = null, turn_until = now() + interval '1 minute' where no = ${a}`;
  expect(await waits(id)).toEqual(["paced: Waiting for its turn at the operator's rate."]);
  await db.sql`
    insert into chunks (lane_no, lease_until, claimed_at, settled_at, size, first_id, last_id) values (${a}, now(), now(), now(), 1, 1, 1)`;
  expect(await waits(id)).toEqual([]);

  await db.sql`delete from chunks where lane_no = ${a}`;
  const newer =
    "outdated: The database's schema is newer than the workers. Nothing is sent until you upgrade them.";
  const beat = (knownMigration: number | null) =>
    writeHeartbeat(db.sql, {
      id: randomUUID(),
      upMs: 0,
      engineFault: null,
      refusing: [],
      version: "0",
      knownMigration,
    });
  await beat(0);
  expect(await waits(id)).toEqual([newer]);
  await beat(null);
  expect(await waits(id)).not.toContain(newer);
  // Where there are no workers, whoever had the turn has said so on the lane.
  await db.sql`update lanes set wait_reason = 'outdated', wait_until = now() + interval '1 minute' where no = ${a}`;
  expect(await waits(id)).toEqual([newer]);

  await db.sql`update sending_state set state = 'stopped'`;
  expect(await waits(id)).toEqual(["stopped: All sending is stopped."]);
  await db.sql`update sending_state set state = 'on'`;
  await pauseDispatch(ctx, id);
  expect(await waits(id)).toEqual(["paused: Paused by tester."]);
});

test("the timeline says what happened, by whom, and why a lane is not faster", async () => {
  const { id } = await create({ start_datetime: at(-hour) });
  await openDispatch(ctx, id, 1);
  expect((await getTimeline(ctx, id)).lanes.map(({ reason }) => reason.code)).toEqual([
    "waiting_for_engine",
    "waiting_for_engine",
  ]);
  await pauseDispatch(ctx, id);
  const { events, lanes } = await getTimeline(ctx, id);
  expect(events.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
    "dispatch.created tester",
    "dispatch.opened system",
    "dispatch.paused tester",
  ]);
  expect(lanes.map(({ operator, reason }) => `${operator.code} ${reason.code}`)).toEqual([
    "a paused",
    "b paused",
  ]);
});

test("Sending in quiet hours is a right of its own: to ask for it, and to change what others asked for; the audit log says so", async () => {
  const withRights = (rights: typeof ctx.actor.rights) => ({ ...ctx, actor: { ...ctx.actor, rights } });
  const marketer = withRights(rightsOfRole("marketer"));
  const key = withRights(rightsOfScopes(["dispatches:write", "quiet_hours:ignore"]));
  const refused = { code: "missing_right", params: { right: "quiet_hours:ignore" } };
  const asking = body({ ignore_quiet_hours: true });
  await expect(createDispatch(marketer, asking)).rejects.toMatchObject(refused);
  const { id } = await createDispatch(marketer, body());
  await expect(updateDispatch(marketer, id, { ignore_quiet_hours: true }, null)).rejects.toMatchObject(
    refused,
  );

  const made = await createDispatch(key, asking);
  await expect(updateDispatch(marketer, made.id, { message_text: "At night" }, null)).rejects.toMatchObject(
    refused,
  );
  await updateDispatch(key, made.id, { message_text: "A code" }, null);
  await updateDispatch(marketer, made.id, { message_text: "By day", ignore_quiet_hours: false }, null);
  const said = await db.sql<{ action: string; before: unknown; after: unknown }[]>`
    select action, before -> 'ignore_quiet_hours' as before, after -> 'ignore_quiet_hours' as after
    from audit_log where subject_id = ${made.id} order by no`;
  expect(said).toEqual([
    { action: "dispatch.created", before: null, after: true },
    { action: "dispatch.updated", before: true, after: true },
    { action: "dispatch.updated", before: true, after: false },
  ]);
});
