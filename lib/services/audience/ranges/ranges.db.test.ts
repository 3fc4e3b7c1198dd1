import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { holdPlan, placeNumber, readRanges } from "@/db/audience/number-ranges";
import { operatorDirectory } from "@/db/audience/operators";
import { type Db, openDb, transaction } from "@/db/client";
import { importStartQuerySchema } from "@/lib/contract/audience/import";
import {
  type RangeLoadQuery,
  rangeLoadQuerySchema,
  rangeRemovalQuerySchema,
} from "@/lib/contract/audience/number-range";
import { operatorOfNumber } from "@/lib/domain/audience/number-plan";
import { prefixTable } from "@/lib/domain/audience/prefixes";
import { createOperator } from "@/lib/services/audience/create-operator";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { applyImport } from "@/lib/services/audience/import/apply-import";
import { awaitImport } from "@/lib/services/audience/import/get-import";
import { listImports } from "@/lib/services/audience/import/list-imports";
import { startImport } from "@/lib/services/audience/import/start-import";
import { undoImport } from "@/lib/services/audience/import/undo-import";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import { createSuppression } from "@/lib/services/audience/suppress-phone";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { applyRangeLoad } from "./apply-range-load";
import { discardRangeLoad } from "./discard-range-load";
import { awaitRangeLoad } from "./get-range-load";
import { listNumberRanges } from "./list-number-ranges";
import { listRangeLoads } from "./list-range-loads";
import { foundOf, obstacleOf } from "./range-load";
import { removeRanges, startRangeLoad } from "./start-range-load";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
const ids = new Map<string, string>();

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  for (const [code, name, prefixes] of [
    ["mts", "МТС", ["7916"]],
    ["megafon", "ПАО «МегаФон»", []],
    ["t2", "Т2", ["7977"]],
  ] as const) {
    const input = { code, name, rate_per_second: null, prefixes: [...prefixes], gateway: "default" };
    ids.set(code, (await createOperator(ctx, input)).id);
  }
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});
beforeEach(async () => {
  await db.sql`truncate recipients, recipient_tags, suppressions, number_ranges, import_rows cascade`;
  await db.sql`update number_plan set load_no = null`;
});

async function* bytesOf(text: string | Buffer) {
  yield Buffer.from(text as string);
}

async function load(file: string | Buffer, options: Partial<RangeLoadQuery> = {}) {
  const query = { ...rangeLoadQuerySchema.parse({}), ...options };
  return (await awaitRangeLoad(ctx, (await startRangeLoad(ctx, bytesOf(file), query)).id)).row;
}
const check = (file: string | Buffer, options: Partial<RangeLoadQuery> = {}) =>
  load(file, { dry_run: true, ...options });
const apply = async (id: string) => {
  await applyRangeLoad(ctx, id);
  return (await awaitRangeLoad(ctx, id)).row;
};

async function importPeople(file: string, options = {}) {
  const query = { ...importStartQuerySchema.parse({}), ...options };
  return awaitImport(ctx, (await startImport(ctx, bytesOf(file), query, "RU")).id);
}
const put = (phone: string, input: Parameters<typeof putRecipient>[2] = {}) =>
  putRecipient(ctx, phone, input);
const operatorOf = async (phone: string) => (await getRecipient(ctx, phone)).operator;
const HEAD = "from,to,operator,region,timezone\n";
const SOME = `${HEAD}79161000000,79161999999,megafon,Омск,Asia/Omsk\n79162000000,79162999999,ПАО "Мегафон",,\n`;

test("an operator is the one that is named, else its range's, else its prefix's: by a file, by PUT, and for who opted out unknown", async () => {
  expect(await load(SOME)).toMatchObject({ status: "completed", rows: 2 });
  await importPeople(
    "phone,operator,timezone\n+79161000001,t2,\n+79161000002,,\n+79161000003,,Asia/Tokyo\n+79163000001,,\n",
  );
  await put("+79161000004", { operator: "t2" });
  await put("+79162999999");
  await put("+79163000002");
  await createSuppression(ctx, { phone: "+79161000005" });
  await put("+79161000005");
  const seen = async (digits: string) => {
    const { operator, timezone } = await getRecipient(ctx, `+7916${digits}`);
    return [operator, timezone];
  };
  expect(await seen("1000001")).toEqual(["t2", "Asia/Omsk"]);
  expect(await seen("1000002")).toEqual(["megafon", "Asia/Omsk"]);
  expect(await seen("1000003")).toEqual(["megafon", "Asia/Tokyo"]);
  expect(await seen("3000001")).toEqual(["mts", null]);
  expect(await seen("1000004")).toEqual(["t2", "Asia/Omsk"]);
  expect(await seen("2999999")).toEqual(["megafon", null]);
  expect(await seen("3000002")).toEqual(["mts", null]);
  expect(await seen("1000005")).toEqual(["megafon", "Asia/Omsk"]);
  expect((await getRecipient(ctx, "+79161000005")).optedOutAt).not.toBeNull();
  // What is not named stays; null has the operator found anew.
  expect((await put("+79161000004", { tags: [] })).recipient.operator).toBe("t2");
  expect((await put("+79161000004", { operator: null })).recipient.operator).toBe("megafon");
});

test("one rule: what an import finds in memory and what a PUT asks of the database are the same for every number", async () => {
  const edges = [100, 150, 200, 201, 300, 450, 451, 452].map((n) => 79_160_000_000 + n);
  const codes = ["mts", "megafon", "t2"];
  const rows = edges.flatMap((from, i) =>
    i % 2 ? [] : [`${from},${edges[i + 1]! - (i % 4 ? 0 : 1)},${codes[i % 3]}`],
  );
  const { no } = await load(`from,to,operator\n${rows.join("\n")}\n`);
  const ranges = await readRanges(db.sql, no);
  const prefixes = prefixTable(
    (await operatorDirectory(db.sql)).flatMap((one) =>
      one.prefixes.map((prefix) => [prefix, one.no] as const),
    ),
  );
  for (let n = 79_160_000_090; n < 79_160_000_460; n += 3)
    for (const phone of [`+${n}`, `+${n + 610_000_000}`, `+${n - 10_000_000}`])
      expect([phone, operatorOfNumber(phone, ranges, prefixes)]).toEqual([
        phone,
        (await placeNumber(db.sql, no, phone))?.operatorNo,
      ]);
});

test("lines that are wrong are told with their number, and nothing is applied", async () => {
  const file = `${HEAD}79161000000,79161999999,mts,,\n79163000000,79162000000,mts,,\nabc,79162000000,mts,,\n79161500000,79161600000,t2,,\n79164000000,79164000001,mts,,Mars/Olympus\n79165000000,79165000001,,,\n`;
  const row = await check(file);
  expect([row.status, obstacleOf(row)]).toEqual(["reviewed", "ranges_wrong"]);
  expect(foundOf(row).problems!.map(({ line, code, value }) => [line, code, value])).toEqual([
    [3, "range_order", "79162000000"],
    [4, "range_number", "abc"],
    [5, "range_overlap", "2"],
    [6, "timezone", "Mars/Olympus"],
    [7, "range_operator_missing", ""],
  ]);
  await expect(applyRangeLoad(ctx, row.id)).rejects.toMatchObject({ code: "ranges_wrong" });
  expect(await load(file)).toMatchObject({ status: "failed", error: "ranges_wrong" });
  expect((await listNumberRanges(ctx, { limit: 10 })).items).toEqual([]);
  expect(await load("phone\n+79161000000\n")).toMatchObject({ status: "failed", error: "ranges_columns" });
});

test("the Russian plan is read as it is published; names that mean nobody are listed, and said or left out, never guessed", async () => {
  const file = Buffer.from(
    '\ufeffАВС/ DEF;От;До;Емкость;Оператор;Регион\n916;0000000;0999999;1000000;ПАО "Мобильные ТелеСистемы";г. Москва\n916;1000000;1999999;1000000;ПАО "МЕГАФОН";Омская обл.\n901;0;9;10;"ООО ""Кто-то""";Омская обл.\n',
  );
  const first = await check(file);
  expect(obstacleOf(first)).toBe("ranges_operators");
  expect(foundOf(first)).toMatchObject({
    operators: [{ name: 'ПАО "МЕГАФОН"', code: "megafon", ranges: 1 }],
    unknownOperators: [
      { name: 'ПАО "Мобильные ТелеСистемы"', ranges: 1 },
      { name: 'ООО "Кто-то"', ranges: 1 },
    ],
  });
  await expect(applyRangeLoad(ctx, first.id)).rejects.toMatchObject({ code: "ranges_operators" });
  const operators = JSON.stringify({ 'ПАО "Мобильные ТелеСистемы"': "mts" });
  const row = await check(file, { operators, skip_unknown: true });
  expect([obstacleOf(row), foundOf(row).leftOut, row.rows]).toEqual([null, 1, 2]);
  await apply(row.id);
  expect((await listNumberRanges(ctx, { limit: 10 })).items).toMatchObject([
    { first: "+79160000000", last: "+79160999999", operator: "mts", region: "г. Москва" },
    { first: "+79161000000", last: "+79161999999", operator: "megafon", region: "Омская обл." },
  ]);
  const of = async (phone: string) => (await listNumberRanges(ctx, { limit: 10, phone })).items;
  expect(await of("8 916 199-99-99")).toMatchObject([{ operator: "megafon" }]);
  expect(await of("+79162000000")).toEqual([]);
});

test("a check says who would move, applying moves those and nobody whose operator was named, and removing moves them back", async () => {
  await importPeople("phone,operator\n+79161000001,\n+79161000002,mts\n+79163000001,\n+79162000001,t2\n");
  await put("+79162000002");
  await put("+79162000003", { operator: "mts" });
  // Named what the number says: the file says so all the same.
  await put("+79162000004");
  await importPeople("phone,operator\n+79162000004,mts\n");
  await put("+79161000009");
  await db.sql`update recipients set operator_source = null where phone = '+79161000009'`;
  const row = await check(SOME);
  expect(foundOf(row).review).toMatchObject({
    moves: [{ from: "mts", to: "megafon", count: 2 }],
    ...{ zoned: 1, named: 4, unknown: 1, share: 1 },
  });
  expect(await operatorOf("+79161000001")).toBe("mts");
  expect(foundOf(await check(SOME, { take_unknown: true })).review).toMatchObject({
    moves: [{ from: "mts", to: "megafon", count: 3 }],
  });
  expect(await apply(row.id)).toMatchObject({ status: "completed", updated: 2, merged: 1 });
  const operators = async () =>
    Object.fromEntries(
      (
        await db.sql<{ phone: string; code: string; is_changed: boolean }[]>`
          select substr(phone, 6) as phone, o.code from recipients r join operators o on o.no = r.operator_no order by 1`
      ).map(({ phone, code }) => [phone, code]),
    );
  const after = {
    ...{ 1000001: "megafon", 1000002: "mts", 1000009: "mts", 2000001: "t2", 2000002: "megafon" },
    ...{ 2000003: "mts", 2000004: "mts", 3000001: "mts" },
  };
  expect(await operators()).toEqual(after);
  expect((await getRecipient(ctx, "+79161000001")).timezone).toBe("Asia/Omsk");
  const [moved] = await db.sql`
    select count(*)::int as n from recipients where operator_changed_at = updated_at and operator_changed_at is not null`;
  expect(moved!.n).toBe(2);
  // Repeating it changes nothing.
  expect(await apply(row.id)).toMatchObject({ status: "completed", updated: 2 });
  expect((await listRangeLoads(ctx, { limit: 5 })).current).toBe(row.no);
  expect((await listImports(ctx, { limit: 50 })).items.some(({ id }) => id === row.id)).toBe(false);
  await expect(deleteOperator(ctx, ids.get("megafon")!)).rejects.toMatchObject({ params: { ranges: 2 } });

  const query = { ...rangeRemovalQuerySchema.parse({}), dry_run: true };
  const removal = (await awaitRangeLoad(ctx, (await removeRanges(ctx, query)).id)).row;
  expect(foundOf(removal).review).toMatchObject({ moves: [{ from: "megafon", to: "mts", count: 2 }] });
  expect(await apply(removal.id)).toMatchObject({ status: "completed", updated: 2 });
  expect(await operators()).toMatchObject({ 1000001: "mts", 2000001: "t2", 2000002: "mts" });
  expect((await listNumberRanges(ctx, { limit: 5 })).items).toEqual([]);
});

test("a check that others have overtaken is made anew, and one that is not wanted is forgotten", async () => {
  const [one, other] = [await check(SOME), await check(SOME)];
  await apply(one.id);
  await expect(applyRangeLoad(ctx, other.id)).rejects.toMatchObject({ code: "ranges_changed" });
  await discardRangeLoad(ctx, other.id);
  await expect(awaitRangeLoad(ctx, other.id)).rejects.toThrow();
  await expect(discardRangeLoad(ctx, one.id)).rejects.toMatchObject({ code: "range_load_state" });
  const left = await db.sql`select distinct load_no from number_ranges`;
  expect(left.map(({ load_no }) => load_no)).toEqual([one.no]);
});

test("an import that was read by other ranges is applied by those that hold, and its undoing gives back where operators came from", async () => {
  await put("+79161000002");
  const job = await importPeople("phone,operator\n+79161000001,\n+79161000002,t2\n", { dry_run: true });
  await load(SOME);
  await applyImport(ctx, job.id);
  await awaitImport(ctx, job.id);
  expect(await operatorOf("+79161000001")).toBe("megafon");
  expect(await operatorOf("+79161000002")).toBe("t2");
  await undoImport(ctx, job.id);
  await awaitImport(ctx, job.id);
  const [row] = await db.sql`select operator_source from recipients where phone = '+79161000002'`;
  expect(row!.operator_source).toBe("number");
});

test("who is added while a new load takes the place of the old is found by the one or moved to the other", async () => {
  const row = await check(SOME);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isIn = () => {};
  const inside = new Promise<void>((resolve) => {
    isIn = resolve;
  });
  // Somebody has found an operator by the old plan, and has not committed yet.
  const adding = transaction(db.sql, async (tx) => {
    await holdPlan(tx);
    await tx`insert into recipients (phone, operator_no, operator_source) select '+79161000007', no, 'number' from operators where code = 'mts'`;
    isIn();
    await held;
  });
  await inside;
  const applying = apply(row.id);
  let isApplied = false;
  void applying.finally(() => {
    isApplied = true;
  });
  while (!isApplied) {
    const [waiting] = await db.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%number_plan%'`;
    if (waiting) break;
  }
  release();
  await adding;
  await applying;
  expect(await operatorOf("+79161000007")).toBe("megafon");
});
