import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { countAudienceParts } from "@/db/dispatches/preview";
import { previewAnswerSchema } from "@/lib/contract/dispatches/preview";
import { ValidationError } from "@/lib/domain/errors";
import { SLOT_STRETCH } from "@/lib/domain/pacing";
import { rightsOfScopes } from "@/lib/domain/rights";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentPreview } from "@/lib/http/present/preview";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createDispatch } from "./create-dispatch";
import type { Dispatch } from "./get-dispatch";
import { previewDispatch } from "./preview-dispatch";
import { updateDispatch } from "./update-dispatch";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

/** Noon in Moscow on the next day: what a preview says of nights depends on nothing but this. */
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const body = (more: Record<string, unknown> = {}) => ({
  timezone: "Europe/Moscow",
  start_datetime: `${tomorrow}T12:00`,
  end_datetime: `${tomorrow}T20:00`,
  message_text: "Hello",
  ...more,
});
const preview = async (input: unknown, dispatch?: string) =>
  presentPreview(await previewDispatch(ctx, input, { dispatch }), "en");
const startMs = () => Date.parse(`${tomorrow}T09:00:00Z`);

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  await db.sql`
    insert into operators (id, code, name, rate) values
      (gen_random_uuid(), 'slow', 'Slow', 10), (gen_random_uuid(), 'fast', 'Fast', null), (gen_random_uuid(), 'empty', 'Empty', 1)`;
  await db.sql`insert into tags (id, name) values (gen_random_uuid(), 'vip'), (gen_random_uuid(), 'nobody')`;
  // 20,000: every fourth is with the fast operator, every 100th has opted out, every tenth lives in
  // Vladivostok.
  await db.sql`
    insert into recipients (phone, operator_no, timezone, opted_out_at)
    select '+7916' || lpad(i::text, 7, '0'), (select no from operators where code = case when i % 4 = 0 then 'fast' else 'slow' end),
      case when i % 10 = 0 then 'Asia/Vladivostok' end, case when i % 100 = 1 then now() end from generate_series(1, 20000) i`;
  await db.sql`
    insert into recipient_tags (tag_no, recipient_no) select (select no from tags where name = 'vip'), no from recipients where no % 20 = 0`;
  await db.sql`analyze recipients, recipient_tags`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test("an empty body previews everybody, and computes nothing that is missing", async () => {
  const answer = previewAnswerSchema.parse(await preview({}));
  expect(answer.audience).toMatchObject({
    total: 19_800,
    by_operator: [
      { operator: { code: "slow", name: "Slow" }, count: 14_800 },
      { operator: { code: "fast", name: "Fast" }, count: 5_000 },
    ],
    excluded: [{ reason: "opted_out", count: 200 }],
    samples: ["+79160000002", "+79160000003", "+79160000004", "+79160000005", "+79160000006"],
    night: null,
  });
  expect(answer).toMatchObject({ message: null, window: null, forecast: null });
  expect(answer.warnings).toEqual([
    { code: "audience_is_everyone", detail: "There is no filter: every recipient gets it." },
  ]);
});

test("whoever may not see recipients is told how many they are, and no number of theirs", async () => {
  const reader = { ...ctx, actor: { ...ctx.actor, rights: rightsOfScopes(["read", "dispatches:write"]) } };
  const { audience } = await previewDispatch(reader, {}, { dispatch: undefined });
  expect(audience).toMatchObject({ total: 19_800, samples: [] });
});

test("filters by name or id narrow the audience, and nobody is said", async () => {
  const [tag] = await db.sql<{ id: string }[]>`select id from tags where name = 'vip'`;
  expect((await preview({ filter_tag: tag!.id })).audience).toMatchObject({
    total: 1_000,
    by_operator: [{ count: 1_000 }],
    excluded: [],
  });
  expect((await preview({ filter_tag: "vip", filter_mobile_operator_code: "slow" })).audience.total).toBe(0);
  expect((await preview({ filter_mobile_operator_code: "slow" })).audience.total).toBe(14_800);
  const nobody = await preview(body({ filter_tag: "nobody" }));
  expect(nobody.audience).toMatchObject({ total: 0, by_operator: [], samples: [], night: 0 });
  expect(nobody.forecast).toMatchObject({ not_sent: 0, fits: true });
  expect(nobody.warnings.map((w) => w.code)).toEqual(["audience_empty"]);
});

test("a placeholder of another product is warned of, in the preview and on the dispatch, and stays as it is", async () => {
  const text = "Hi {name}, 50% off, 20% more";
  const told = [
    {
      code: "foreign_placeholder",
      detail: "“{name}” is not a placeholder and goes out as it stands. A placeholder is written {{name}}.",
    },
  ];
  const asked = body({ filter_mobile_operator_code: "fast", message_text: text });
  expect((await preview(asked)).warnings).toEqual(told);
  const dispatch = await createDispatch(ctx, asked);
  expect(presentDispatch(dispatch, "en")).toMatchObject({ message_text: text, warnings: told });
  const mended = await updateDispatch(ctx, dispatch.id, { message_text: "Hi, 50% off, 20% more" }, null);
  expect(mended.warnings).toEqual([]);
  await db.sql`delete from dispatches where id = ${dispatch.id}`;
});

test("what is given and wrong is told all at once; what is missing is not wrong", async () => {
  const wrong = preview({
    message_text: " ",
    start_datetime: "2026-01-01",
    filter_tag: "none",
    filter_mobile_operator_code: "no",
    extra: 1,
  });
  const error = await wrong.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ValidationError);
  expect((error as ValidationError).errors.map((e) => `${e.pointer} ${e.code}`).sort()).toEqual([
    "/extra unknown_field",
    "/filter_mobile_operator_code unknown_operator",
    "/filter_tag unknown_tag",
    "/message_text blank",
    "/start_datetime date_without_time",
  ]);
  await expect(preview({ ...body(), end_datetime: `${tomorrow}T11:00` })).rejects.toThrow("end_before_start");
  await expect(preview([])).rejects.toThrow(ValidationError);
  await expect(
    preview({ timezone: "Europe/Moscow", start_datetime: `${tomorrow}T12:00` }),
  ).resolves.toMatchObject({ window: null });
});

test("a text is counted as it travels", async () => {
  expect((await preview({ message_text: "Привет — «мир»" })).message).toEqual({
    encoding: "UCS-2",
    segments: 1,
    characters: 14,
    forces_ucs2: expect.arrayContaining(["П", "—", "«"]),
  });
  expect((await preview({ message_text: "a".repeat(161) })).message).toMatchObject({
    encoding: "GSM-7",
    segments: 2,
    forces_ucs2: [],
  });
});

test("the forecast is that of the slowest operator, and all of it is by day", async () => {
  const answer = previewAnswerSchema.parse(await preview(body()));
  const tookMs = (14_799 * SLOT_STRETCH * 1_000) / 10;
  expect(answer.window).toEqual({
    start_datetime: `${tomorrow}T09:00:00.000Z`,
    end_datetime: `${tomorrow}T17:00:00.000Z`,
    moved: false,
    repeated: false,
  });
  expect(answer.forecast).toMatchObject({
    finishes_at: new Date(Math.ceil(startMs() + tookMs)).toISOString(),
    not_sent: 0,
    fits: true,
    suggested_end: null,
    by_operator: [
      { operator: { code: "slow" } },
      { operator: { code: "fast" }, finishes_at: `${tomorrow}T09:00:00.000Z` },
    ],
  });
  // In Vladivostok (+10) the day ends at 14:00 in Moscow; the fast operator sends at once, the slow
  // one is through within half an hour.
  expect(answer.audience.night).toBe(0);
});

test("who would get it at night is counted by their own clocks", async () => {
  // At 15:00 in Moscow it is 22:00 in Vladivostok, where a tenth live, half of them with the slow
  // operator.
  const [inVladivostok] = await db.sql<{ n: number }[]>`
    select count(*)::int as n from recipients where timezone is not null and opted_out_at is null`;
  expect((await preview(body({ start_datetime: `${tomorrow}T15:00` }))).audience.night).toBe(
    inVladivostok!.n,
  );
});

test("where hours matter, each zone is told with when it begins, who never is sent to, and who is skipped", async () => {
  const local_time = { from: "10:00", to: "18:00", unknown_zone: "dispatch" };
  const answer = await preview(body({ filter_tag: "vip", local_time, end_datetime: `${tomorrow}T23:00` }));
  // Of the 1,000 with the tag all are in Vladivostok, where it is 19:00 when it starts in Moscow.
  expect(answer.forecast).toMatchObject({ not_sent: 1_000, fits: false });
  expect(answer.audience.night).toBe(0);
  expect(answer.forecast!.by_zone).toEqual([
    { timezone: "Asia/Vladivostok", count: 1_000, begins_at: null, not_sent: 1_000 },
  ]);
  expect(answer.forecast!.suggested_end).not.toBeNull();
  const skipping = await preview(body({ local_time: { ...local_time, unknown_zone: "skip" } }));
  expect(skipping.audience).toMatchObject({
    total: 2_000,
    excluded: [
      { reason: "opted_out", count: 200 },
      { reason: "unknown_zone", count: 17_800 },
    ],
  });
});

test("a window too short says how many are left, and an end that fits", async () => {
  const short = body({ end_datetime: `${tomorrow}T12:10` });
  const answer = await preview(short);
  // 600 s at a message every 102 ms.
  expect(answer.forecast).toMatchObject({
    finishes_at: null,
    not_sent: 14_800 - Math.ceil(600_000 / (SLOT_STRETCH * 100)),
    fits: false,
  });
  expect(answer.warnings.map((w) => w.code)).toEqual(["audience_is_everyone", "will_not_fit"]);
  const longer = await preview({ ...short, end_datetime: answer.forecast!.suggested_end! });
  expect(longer.forecast).toMatchObject({ fits: true, not_sent: 0, suggested_end: null });
});

test("whom hours leave no time is told by the hours, not by the rate", async () => {
  const codes = (answer: { warnings: { code: string }[] }) => answer.warnings.map(({ code }) => code);
  const hours = (from: string, to: string) =>
    body({
      filter_mobile_operator_code: "fast",
      local_time: { from, to, days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
    });
  const never = hours("09:00", "10:00");
  expect(codes(await preview(never))).toEqual(["hours_never"]);
  const created = await createDispatch(ctx, never);
  expect(created.warnings).toEqual(["hours_never"]);
  await db.sql`delete from dispatches where id = ${created.id}`;
  // In Moscow there is time, and in Vladivostok it is late by then.
  expect(codes(await preview(hours("13:00", "15:00")))).toEqual(["hours_never"]);
  expect(codes(await preview(hours("12:00", "23:00")))).toEqual([]);
});

test("a dispatch that is scheduled takes its share, but not from itself when it is edited", async () => {
  const alone = Date.parse((await preview(body())).forecast!.finishes_at!) - startMs();
  const other = await createDispatch(ctx, body({ filter_mobile_operator_code: "slow" }));
  const shared = await preview(body());
  expect((Date.parse(shared.forecast!.finishes_at!) - startMs()) / alone).toBeCloseTo(2, 2);
  expect(Date.parse((await preview(body(), other.id)).forecast!.finishes_at!) - startMs()).toBe(alone);
  await db.sql`update dispatches set status = 'cancelled' where id = ${other.id}`;
});

test("a preview of 20,000 recipients costs what counting them a few times does, other dispatches and all", async () => {
  const others = await Promise.all(
    [null, "vip"].map((filter_tag) =>
      createDispatch(ctx, body({ filter_tag, start_datetime: `${tomorrow}T13:00` })),
    ),
  );
  const time = async (work: () => Promise<unknown>) => {
    const beganMs = performance.now();
    await work();
    return performance.now() - beganMs;
  };
  // Turn by turn, so that whatever else the machine does is the same for both.
  const [previews, counts]: [number[], number[]] = [[], []];
  for (let i = 0; i < 15; i++) {
    counts.push(await time(() => countAudienceParts(db.sql, { operatorNo: null, tagNo: null, terms: null })));
    previews.push(await time(() => preview(body())));
  }
  const least = (all: number[]) => Math.min(...all);
  console.log(`a preview takes ${least(previews).toFixed(1)} ms, a count ${least(counts).toFixed(1)} ms`);
  expect(least(previews)).toBeLessThan(8 * least(counts));
  await db.sql`update dispatches set status = 'cancelled' where id = any(${others.map((d) => d.id)}::uuid[])`;
});

test("a create says when not everybody would be reached; a change that mends it takes the word back, and never competes with itself", async () => {
  const codes = ({ warnings }: Dispatch) => warnings;
  const slow = { filter_mobile_operator_code: "slow" };
  const short = await createDispatch(ctx, body({ ...slow, end_datetime: `${tomorrow}T12:20` }));
  expect(codes(short)).toEqual(["will_not_fit"]);
  // 14,800 take 25 minutes: 40 are enough for one, and not for two.
  const mended = await updateDispatch(ctx, short.id, { end_datetime: `${tomorrow}T12:40` }, null);
  expect(codes(mended)).toEqual([]);
  const second = await createDispatch(ctx, body({ ...slow, end_datetime: `${tomorrow}T12:40` }));
  expect(codes(second)).toEqual(["will_not_fit"]);
  const fast = await createDispatch(
    ctx,
    body({ filter_mobile_operator_code: "fast", end_datetime: `${tomorrow}T12:01` }),
  );
  expect(codes(fast)).toEqual([]);
  const closed = await createDispatch(
    ctx,
    body({ start_datetime: "2024-01-01T10:00", end_datetime: "2024-01-01T10:00" }),
  );
  expect(codes(closed)).toEqual(["window_closed", "audience_is_everyone"]);
  await db.sql`update dispatches set status = 'cancelled'`;
});

test("nobody need have looked at an audience before for a create to warn", async () => {
  // What was counted lately is kept by pool.
  const fresh = openDb(database.url, { max: 2 });
  try {
    const create = (more: Record<string, unknown>) => createDispatch({ ...ctx, db: fresh }, body(more));
    await db.sql`
      insert into recipient_tags (tag_no, recipient_no)
      select (select no from tags where name = 'nobody'), r.no from recipients r join operators o on o.no = r.operator_no where o.code = 'slow'`;
    const codes = ({ warnings }: Dispatch) => warnings;
    expect(codes(await create({ filter_tag: "nobody", end_datetime: `${tomorrow}T12:20` }))).toEqual([
      "will_not_fit",
    ]);
    expect(codes(await create({ filter_tag: "vip", end_datetime: `${tomorrow}T12:20` }))).toEqual([]);
    expect(codes(await create({ end_datetime: `${tomorrow}T12:20` }))).toEqual([
      "audience_is_everyone",
      "will_not_fit",
    ]);
  } finally {
    await fresh.close();
  }
});

test("an estimate names the zones of a few, too, for whoever makes a window of them", async () => {
  const [{ no }] = await db.sql<[{ no: number }]>`select no from operators where code = 'slow'`;
  // So many numbers are not counted, and what is looked at of them misses this one.
  await db.sql`
    insert into recipients (no, phone, operator_no, timezone) overriding system value
    values (5999999, '+79990000000', ${no}, 'Asia/Kamchatka'), (5999998, '+79990000001', ${no}, 'Not/AZone')`;
  const local_time = { from: "00:00", to: "24:00" };
  const zonesOf = async (more: Record<string, unknown>) => {
    const { audience, forecast } = await preview(body({ local_time, ...more }));
    return { isEstimate: audience.is_estimate, zones: forecast!.by_zone };
  };
  const { isEstimate, zones } = await zonesOf({});
  expect(isEstimate).toBe(true);
  expect(zones.map(({ timezone }) => timezone).sort()).toEqual([
    "Asia/Kamchatka",
    "Asia/Vladivostok",
    "Europe/Moscow",
  ]);
  expect(zones.find(({ timezone }) => timezone === "Asia/Kamchatka")).toMatchObject({
    count: 0,
    begins_at: new Date(startMs()).toISOString(),
  });
  // The fast operator has nobody there.
  const fast = await zonesOf({ filter_mobile_operator_code: "fast" });
  expect(fast.isEstimate).toBe(true);
  expect(fast.zones.map(({ timezone }) => timezone)).not.toContain("Asia/Kamchatka");
});
