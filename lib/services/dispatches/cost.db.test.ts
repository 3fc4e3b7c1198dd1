import { afterEach, beforeEach, expect, test } from "vitest";
import { operatorCreateSchema, operatorUpdateSchema } from "@/lib/contract/audience/operator";
import { previewAnswerSchema } from "@/lib/contract/dispatches/preview";
import { timelineSchema } from "@/lib/contract/dispatches/timeline";
import { ForbiddenError, ValidationError } from "@/lib/domain/errors";
import { rightsOfScopes } from "@/lib/domain/rights";
import { presentPreview } from "@/lib/http/present/preview";
import { presentTimeline } from "@/lib/http/present/timeline";
import { createOperator } from "@/lib/services/audience/create-operator";
import { getOperator } from "@/lib/services/audience/get-operator";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import { updateOperator } from "@/lib/services/audience/update-operator";
import type { Context } from "@/lib/services/context";
import { World } from "@/test/support/world";
import { createDispatch } from "./create-dispatch";
import { getTimeline } from "./get-timeline";
import { previewDispatch } from "./preview-dispatch";

let world: World;
let ctx: Context;
/** Three people: two of an operator with a price, one of an operator without. */
let priced: string;
beforeEach(async () => {
  world = await World.open();
  ctx = { ...world.web(), now: () => new Date(Date.now() - 1_000), currency: "RUB" };
  const make = async (code: string, prefix: string, price?: string) => {
    const input = { code, name: code, prefixes: [prefix], price_per_segment: price };
    return (await createOperator(ctx, operatorCreateSchema.parse(input))).id;
  };
  priced = await make("dear", "7911", "2.3333");
  await make("unknown", "7922");
  for (const [phone, name] of [
    ["+79110000001", "A".repeat(200)],
    ["+79110000002", "B".repeat(200)],
    ["+79220000001", "Cy"],
  ])
    await putRecipient(ctx, phone!, { attributes: { name: name! } });
});
afterEach(() => world.close());

const at = (aheadMs: number) => new Date(Date.now() + aheadMs).toISOString();
const body = (message_text: string) => ({
  ...{ timezone: "UTC", start_datetime: at(-500), end_datetime: at(3_600_000), message_text },
});
const price = (value: string | null, as = ctx) =>
  updateOperator(as, priced, operatorUpdateSchema.parse({ price_per_segment: value }));
const foreseen = async (text: string, as = ctx) =>
  previewAnswerSchema.parse(presentPreview(await previewDispatch(as, body(text), {}), "en")).cost;
const run = async (text: string) => {
  const made = await createDispatch(ctx, body(text));
  await world.run(world.process(), made);
  return async (as = ctx) => timelineSchema.parse(presentTimeline(await getTimeline(as, made.id), "en")).cost;
};
const shares = (cost: Awaited<ReturnType<typeof foreseen>>) =>
  cost!.by_operator.map(({ operator, segments, amount }) => [operator.code, segments, amount]);

test("a price is kept to the last place, needs a currency and the right to change operators, and can be emptied", async () => {
  const kept = async () => (await getOperator(ctx, priced)).price;
  expect((await price("999999.999999")).price).toBe("999999.999999");
  expect(await kept()).toBe("999999.999999");
  // What is read back is what was answered.
  expect((await price("2.500")).price).toBe("2.5");
  expect(await kept()).toBe("2.5");
  const { currency: _, ...without } = ctx;
  const refused = await price("3", without).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ValidationError);
  expect((refused as ValidationError).errors).toEqual([
    { pointer: "/price_per_segment", code: "no_currency" },
  ]);
  const reader = { ...ctx, actor: { ...ctx.actor, rights: rightsOfScopes(["read", "dispatches:write"]) } };
  await expect(price("3", reader)).rejects.toThrow(ForbiddenError);
  expect(await kept()).toBe("2.5");
  // Emptying needs none.
  expect((await price(null, without)).price).toBeNull();
  expect(await kept()).toBeNull();
  const [entry] = await world.sql<{ before: object; after: object }[]>`
    select before, after from audit_log where subject_id = ${priced} order by no desc limit 1`;
  expect(entry!.before).toMatchObject({ price_per_segment: "2.5" });
  expect(entry!.after).not.toHaveProperty("price_per_segment");
});

test("what is no decimal in quotes is no price", () => {
  for (const wrong of ["-1", "1,5", "1000000", "0.0000001", "1e3", "01", "", " 1", ".5", "NaN", 2.5]) {
    const { error } = operatorUpdateSchema.safeParse({ price_per_segment: wrong });
    expect(error?.issues[0]?.message, String(wrong)).toBe("price");
  }
});

test("a forecast tells segments, money rounded once, and the segments without a price; then what was sent costs what it did when it began", async () => {
  const text = "a".repeat(161);
  const expected = {
    segments: 6,
    is_estimate: false,
    amount: "9.33",
    currency: "RUB",
    unpriced_segments: 2,
  };
  const before = await foreseen(text);
  expect(before).toMatchObject(expected);
  expect(shares(before)).toEqual([
    ["dear", 4, "9.33"],
    ["unknown", 2, null],
  ]);
  const sent = await run(text);
  await price("100");
  const after = await sent();
  expect(after).toMatchObject(expected);
  expect(shares(after)).toEqual(shares(before));
  expect(await foreseen(text)).toMatchObject({ amount: "400.00" });
  // Nothing is guessed: without a currency, or where no operator has a price, there is no money.
  const { currency: _, ...without } = ctx;
  const bare = { segments: 6, amount: null, unpriced_segments: 6 };
  expect(await foreseen(text, without)).toMatchObject({ ...bare, currency: null });
  expect(await sent(without)).toMatchObject({ ...bare, currency: null });
  await price(null);
  expect(await foreseen(text)).toMatchObject({ ...bare, currency: "RUB" });
});

test("a dispatch that has not begun has cost nothing yet, and what a gateway refused costs nothing", async () => {
  const later = { start_datetime: at(3_600_000), end_datetime: at(7_200_000) };
  const { id } = await createDispatch(ctx, { ...body("Hi"), ...later });
  expect((await getTimeline(ctx, id)).cost).toBeNull();
  world.gateway.respond = ({ phone }) =>
    phone === "+79110000002" ? { kind: "rejected", code: "no" } : { kind: "accepted" };
  const sent = await run("Hi");
  expect(shares(await sent())).toEqual([
    ["dear", 1, "2.33"],
    ["unknown", 1, null],
  ]);
});

test("whoever moves to an operator that came after the start is written to at that operator's price", async () => {
  const made = await createDispatch(ctx, body("Hi"));
  const process = world.process();
  await world.openIt(process, made);
  const late = { code: "late", name: "late", price_per_segment: "5" };
  await createOperator(ctx, operatorCreateSchema.parse(late));
  await putRecipient(ctx, "+79220000001", { operator: "late" });
  await world.run(process, made);
  expect(shares(presentTimeline(await getTimeline(ctx, made.id), "en").cost)).toEqual([
    ["dear", 2, "4.67"],
    ["late", 1, "5.00"],
  ]);
});

test("personal texts cost what each of them has, told from the texts themselves for as long as they are kept", async () => {
  const before = await foreseen("{{name}}");
  expect(before).toMatchObject({ segments: 5, is_estimate: false, amount: "9.33" });
  expect(shares(before)).toEqual([
    ["dear", 4, "9.33"],
    ["unknown", 1, null],
  ]);
  const sent = await run("{{name}}");
  const after = await sent();
  expect(after).toMatchObject({ is_estimate: true, amount: "9.33" });
  expect(shares(after)).toEqual(shares(before));
  await world.sql`delete from message_texts`;
  expect(await sent()).toBeNull();
});
