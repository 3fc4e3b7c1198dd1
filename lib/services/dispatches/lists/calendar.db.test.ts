import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { calendarQuerySchema, calendarSchema } from "@/lib/contract/dispatches/calendar";
import { presentCalendar } from "@/lib/http/present/calendar";
import { type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { cloneDatabase } from "@/test/support/database";
import { getCalendar } from "./get-calendar";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
const timezone = "Europe/Moscow";

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date("2099-10-15T00:00:00Z"), actor: systemActor(), announce: async () => {} };
  await db.sql`
    insert into operators (id, code, name, rate)
    values (gen_random_uuid(), 'ten', 'Ten', 10), (gen_random_uuid(), 'free', 'Free', null)`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function plan(message_text: string, from: string, to: string, messages = 0): Promise<number> {
  const { id } = await createDispatch(ctx, {
    timezone,
    start_datetime: from,
    end_datetime: to,
    message_text,
    audience: { operators: ["ten"] },
  });
  const [row] = await db.sql<{ no: number }[]>`
    update dispatches set expected = json_build_object((select no from operators where code = 'ten'), ${messages}::int)
    where id = ${id} returning no`;
  return row!.no;
}

/** What a lane leaves behind: its counter, and chunks that say when it was at work. */
async function finish(no: number, from: string, to: string, sent: number, settled: string[]): Promise<void> {
  await db.sql`
    update dispatches set status = 'completed', started_at = ${from}, finished_at = ${to}, audience = ${sent}
    where no = ${no}`;
  const [lane] = await db.sql<{ no: number }[]>`
    insert into lanes (dispatch_no, operator_no, open, drained, sent)
    select ${no}, no, false, true, ${sent} from operators where code = 'ten' returning no`;
  for (const at of settled)
    await db.sql`
      insert into chunks (lane_no, state, lease_until, claimed_at, settled_at, folded, size, first_id, last_id, sent)
      values (${lane!.no}, 'settled', ${at}, ${at}, ${at}, true, 1, 1, 1, 1)`;
}

async function calendar(query: Record<string, unknown>) {
  const read = await getCalendar(ctx, calendarQuerySchema.parse({ timezone, ...query }));
  const answer = calendarSchema.parse(presentCalendar(read));
  /** The hours in which the operator is not idle, by the clock on the wall: `22T12 51`. */
  const load = answer.load.flatMap(({ code, percents }) => {
    expect(code).toBe("ten");
    return percents.flatMap((percent, hour) => {
      const at = new Date(Date.parse(answer.since) + (hour + 3) * 3_600_000).toISOString().slice(8, 13);
      return percent > 0 ? [`${at} ${percent}`] : [];
    });
  });
  const days = answer.days.flatMap(({ day, starts, goes_on, items }) =>
    items.length === 0
      ? []
      : [`${day.slice(8)}: ${starts}+${goes_on} ${items.map((item) => item.message_text).join(" ")}`],
  );
  return { answer, load, days };
}

test("a month has each dispatch on all its days, and tells how full a rate is in each hour", async () => {
  // In UTC it begins on the 19th.
  await plan("night", "2099-10-20T00:30:00", "2099-10-20T05:00:00");
  const long = await plan("long", "2099-10-21T22:00:00", "2099-10-23T10:00:00", 3_600);
  await plan("noon", "2099-10-22T12:00:00", "2099-10-22T18:00:00", 18_000);
  await plan("crowd", "2099-10-22T12:00:00", "2099-10-22T14:00:00", 18_000);
  const midnight = await plan("midnight", "2099-10-25T00:00:00", "2099-10-25T02:00:00");
  await plan("next month", "2099-11-01T00:00:00", "2099-11-01T02:00:00", 100);

  const { days, load, answer } = await calendar({ date: "2099-10" });
  expect(answer.since).toBe("2099-09-30T21:00:00.000Z");
  expect(answer.days).toHaveLength(31);
  expect(days).toEqual([
    "20: 1+0 night",
    "21: 1+0 long",
    "22: 2+1 noon crowd long",
    "23: 0+1 long",
    "25: 1+0 midnight",
  ]);
  // A slot is 2 % longer than the rate asks: 18,000 take 51 % of an hour, and two of them go on.
  expect(load).toEqual(["21T22 10", "22T12 100", "22T13 2"]);

  // A day has the figures that it has in its month, and as many dispatches as are asked for.
  const day = await calendar({ date: "2099-10-22", limit: 1 });
  expect(day.days).toEqual(["22: 2+1 noon"]);
  expect(day.load).toEqual(["22T12 100", "22T13 2"]);

  // What the filter leaves out shares the operators all the same.
  const narrowed = await calendar({ date: "2099-10", q: "long" });
  expect(narrowed.days).toEqual(["21: 1+0 long", "22: 0+1 long", "23: 0+1 long"]);
  expect(narrowed.load).toEqual(load);

  // Cancelled before its start it stands on its own day alone, and takes no time.
  await db.sql`update dispatches set status = 'cancelled', finished_at = '2099-10-16T00:00:00Z'
    where no in ${db.sql([long, midnight])}`;
  const without = await calendar({ date: "2099-10" });
  expect(without.days).toEqual(["20: 1+0 night", "21: 1+0 long", "22: 2+0 noon crowd", "25: 1+0 midnight"]);
  expect(without.load).toEqual(["22T12 100", "22T13 2"]);
});

test("a dispatch that would not reach everybody says so on its day", async () => {
  await plan("too much", "2099-12-24T12:00:00", "2099-12-24T13:00:00", 40_000);
  const { answer, load } = await calendar({ date: "2099-12-24" });
  expect(load).toEqual(["24T12 100"]);
  // In an hour 35,295 slots begin.
  expect(answer.days[0]!.items).toMatchObject([{ message_text: "too much", not_sent: 4_705 }]);
  expect(answer.is_load_whole).toBe(true);
});

test("what was sent is told by the hours in which something was settled, and by the window without chunks", async () => {
  const paused = await plan("paused", "2099-10-10T09:00:00", "2099-10-10T20:00:00");
  await finish(paused, "2099-10-10T06:00:00Z", "2099-10-10T09:00:00Z", 18_000, [
    "2099-10-10T06:30:00Z",
    "2099-10-10T06:59:59Z",
    "2099-10-10T08:00:00Z",
    "2099-10-10T08:30:00Z",
  ]);
  const old = await plan("old", "2099-10-11T09:00:00", "2099-10-11T20:00:00");
  await finish(old, "2099-10-11T06:00:00Z", "2099-10-11T08:00:00Z", 36_000, []);
  const before = await plan("before", "2099-09-30T09:00:00", "2099-10-30T20:00:00");
  await finish(before, "2099-09-30T06:00:00Z", "2099-10-01T05:00:00Z", 0, []);
  const { days, load } = await calendar({ date: "2099-10" });
  expect(days.slice(0, 3)).toEqual(["01: 0+1 before", "10: 1+0 paused", "11: 1+0 old"]);
  expect(load.slice(0, 4)).toEqual(["10T09 26", "10T11 26", "11T09 51", "11T10 51"]);
});
