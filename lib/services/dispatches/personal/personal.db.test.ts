import { afterEach, beforeEach, expect, test } from "vitest";
import { operatorCreateSchema } from "@/lib/contract/audience/operator";
import { previewAnswerSchema } from "@/lib/contract/dispatches/preview";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { rightsOfScopes } from "@/lib/domain/rights";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { messageTable, presentMessage, presentWhy } from "@/lib/http/present/message";
import { presentPersonData } from "@/lib/http/present/person";
import { presentPreview } from "@/lib/http/present/preview";
import { createOperator } from "@/lib/services/audience/create-operator";
import { createTag } from "@/lib/services/audience/create-tag";
import { eraseRecipient } from "@/lib/services/audience/erase-recipient";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import type { Context } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { explainMessage } from "@/lib/services/dispatches/explain-message";
import { exportMessages } from "@/lib/services/dispatches/export-messages";
import type { Dispatch } from "@/lib/services/dispatches/get-dispatch";
import { listMessages } from "@/lib/services/dispatches/list-messages";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";
import { readPersonData } from "@/lib/services/dispatches/read-person-data";
import { sendTest } from "@/lib/services/dispatches/send-test";
import { updateDispatch } from "@/lib/services/dispatches/update-dispatch";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";

let world: World;
let ctx: Context;
const people: Record<string, Record<string, string>> = {
  "+79000000001": { name: "Anna", город: "Омск" },
  "+79000000002": { name: "Bo" },
  "+79000000003": {},
  "+79000000004": { name: "x".repeat(300), "two words": "1" },
};
beforeEach(async () => {
  world = await World.open();
  ctx = { ...world.web(), now: () => new Date(Date.now() - 1_000) };
  await createOperator(ctx, operatorCreateSchema.parse({ code: "op", name: "Op", prefixes: ["79"] }));
  await createTag(ctx, { name: "VIP" });
  for (const [phone, attributes] of Object.entries(people)) await putRecipient(ctx, phone, { attributes });
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await world.close();
});

const at = (aheadMs: number) => new Date(Date.now() + aheadMs).toISOString();
const body = (message_text: string, more: object = {}) => ({
  ...{ timezone: "UTC", start_datetime: at(-500), end_datetime: at(3_600_000), message_text, ...more },
});
const later = { start_datetime: "2035-01-21T15:00:00Z", end_datetime: "2035-01-21T18:00:00Z" };
const make = (text: string, more: object = {}) => createDispatch(ctx, body(text, more));
const answer = (dispatch: Dispatch) => presentDispatch(dispatch, "en");
const edit = async ({ id }: Dispatch, patch: object) => answer(await updateDispatch(ctx, id, patch, null));
const preview = async (input: object, as = ctx, dispatch?: string) =>
  previewAnswerSchema.parse(presentPreview(await previewDispatch(as, input, { dispatch }), "en"));
const errorsOf = (attempt: Promise<unknown>): Promise<FieldError[]> =>
  attempt.then(
    () => [],
    (error) => {
      if (!(error instanceof ValidationError)) throw error;
      return error.errors;
    },
  );
const run = (dispatch: Dispatch) => world.run(world.process(), dispatch);
const got = () => new Map(world.gateway.log.map(({ phone, text }) => [phone, text]));

const TEXT = "Hi {{name}}{{город|}}";

test("A dispatch of placeholders goes from its creation to each person's own text, on their row and in every file", async () => {
  const made = await make(TEXT, { max_segments: 1 });
  expect(answer(made)).toMatchObject({ personal: true, max_segments: 1, message_text: TEXT });
  await run(made);
  expect(got()).toEqual(
    new Map([
      ["+79000000001", "Hi AnnaОмск"],
      ["+79000000002", "Hi Bo"],
    ]),
  );
  const rows = (await listMessages(ctx, made.id, { limit: 50 })).items.map(presentMessage);
  expect(rows.map(({ status, error, text, segments }) => [status, error, text, segments])).toEqual([
    ["sent", null, "Hi AnnaОмск", 1],
    ["sent", null, "Hi Bo", 1],
    ["skipped", "missing_value", null, null],
    ["skipped", "too_many_segments", null, null],
  ]);
  const why = presentWhy(await explainMessage(ctx, made.id, "+79000000003"), "en");
  expect(why).toMatchObject({
    code: "has_message",
    detail: "A value that the text names is not known, and there is no fallback.",
  });
  const file = await new Response((await exportMessages(ctx, made.id, {}, messageTable({}))).body).text();
  const [head, first, , third] = file.trimEnd().split("\r\n");
  expect(head!.split(",").slice(-3)).toEqual(["error", "text", "segments"]);
  expect(first!.split(",").slice(-3)).toEqual(["", "Hi AnnaОмск", "1"]);
  expect(third!.split(",").slice(-3)).toEqual(["missing_value", "", ""]);
  const told = async (phone: string) => presentPersonData(await readPersonData(ctx, phone)).messages[0]!;
  expect(await told("+79000000001")).toMatchObject({ text: "Hi AnnaОмск", segments: 1 });
  expect(await told("+79000000003")).toMatchObject({ text: null, error: "missing_value" });
  await eraseRecipient(ctx, "+79000000001");
  expect((await listMessages(ctx, made.id, { limit: 1 })).items[0]).toMatchObject({ text: null });
});

test("The message of a plain dispatch says the dispatch's text, and its file is as ever", async () => {
  const made = await make("To {all} of you", { max_segments: 2 });
  expect(answer(made)).toMatchObject({ personal: false, max_segments: null });
  await run(made);
  expect([...new Set(got().values())]).toEqual(["To {all} of you"]);
  expect((await listMessages(ctx, made.id, { limit: 1 })).items[0]).toMatchObject({
    ...{ text: "To {all} of you", segments: 1 },
  });
  const file = await new Response((await exportMessages(ctx, made.id, {}, messageTable({}))).body).text();
  expect(file.split("\r\n")[0]).not.toContain("text");
  expect(presentPersonData(await readPersonData(ctx, "+79000000002")).messages[0]).toMatchObject({
    text: "To {all} of you",
  });
});

test("A text that cannot be read, or names what nobody has, is refused at its field beside all else that is wrong", async () => {
  const wrong = { pointer: "/message_text", code: "placeholder" };
  const attempts = [
    (text: string) => make(text),
    (text: string) => preview(body(text)),
    (text: string) => sendTest(ctx, { phone: "+79000000001", message_text: text }),
  ];
  for (const attempt of attempts) {
    expect(await errorsOf(attempt("Hi {{first name}}"))).toEqual([
      { ...wrong, params: expect.objectContaining({ value: "{{first name}}" }) },
    ]);
    const names = "name, город";
    expect(await errorsOf(attempt("{{name}} {{Name}} {{city|x}}"))).toEqual(
      ["Name", "city"].map((value) => ({
        ...{ pointer: "/message_text", code: "unknown_attribute", params: { value, names } },
      })),
    );
  }
  const both = await errorsOf(make("{{", { timezone: "Nowhere", filter_tag: "none", max_segments: 50 }));
  expect(both.map(({ pointer }) => pointer).sort()).toEqual([
    "/filter_tag",
    "/max_segments",
    "/message_text",
    "/timezone",
  ]);
  for (const max_segments of [0, 1.5, "2"])
    expect(await errorsOf(make(TEXT, { max_segments }))).toMatchObject([{ pointer: "/max_segments" }]);
  expect(await errorsOf(make("ы".repeat(71), { max_segments: 1 }))).toMatchObject([
    { pointer: "/message_text", code: "too_many_segments" },
  ]);
  expect(await world.sql`select from dispatches`).toHaveLength(0);
});

test("Not more than 50 of the known names are told, those in order", async () => {
  const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${100 + i}`, "x"]));
  await putRecipient(ctx, "+79000000003", { attributes });
  const [error] = await errorsOf(make("{{nobody}}"));
  const names = String(error!.params!.names).split(", ");
  expect(names).toHaveLength(50);
  expect(names).toEqual(Object.keys(attributes));
});

test("Whether a text is personal changes with the text alone: what was scheduled before stays literal", async () => {
  const literal = await make("plain", later);
  await world.sql`update dispatches set message_text = '{{name}} {{' where id = ${literal.id}`;
  expect(await edit(literal, { end_datetime: "2035-01-21T19:00:00Z" })).toMatchObject({ personal: false });
  expect(await edit(literal, { message_text: "{{name}} {{" })).toMatchObject({ personal: false });
  const message_text = "{{name}} {{";
  expect((await preview(body(message_text, later), ctx, literal.id)).personal).toBeNull();
  await expect(edit(literal, { message_text: "{{name}} {{ " })).rejects.toBeInstanceOf(ValidationError);
  expect(await edit(literal, { message_text: "{{name}}", max_segments: 3 })).toMatchObject({
    ...{ personal: true, max_segments: 3 },
  });
  expect(await edit(literal, { filter_tag: "VIP" })).toMatchObject({ personal: true, max_segments: 3 });
  expect(await edit(literal, { max_segments: null })).toMatchObject({ personal: true, max_segments: null });
  expect(await edit(literal, { message_text: "plain" })).toMatchObject({ personal: false });
});

test("A forecast counts with the mean of the texts, rounded up", async () => {
  const segments = async ({ id }: Dispatch) =>
    (await world.sql`select segments from dispatches where id = ${id}`)[0]!.segments;
  // 1, 1 and 2 segments; then those of whom the text says nothing.
  expect(await segments(await make("Hi {{name}}", later))).toBe(2);
  expect(await segments(await make("Hi {{name}}", { ...later, max_segments: 1 }))).toBe(1);
  expect(await segments(await make("Hi {{name}}", { ...later, filter_tag: "VIP" }))).toBe(1);
});

test("A preview tells segments, the longest, who is skipped and whose value forces UCS-2", async () => {
  const text = "Hi {{name}}{{город|}}";
  const told = await preview(body(text));
  expect(told.personal).toMatchObject({
    is_estimate: false,
    by_segments: [
      { segments: 1, count: 2 },
      { segments: 2, count: 1 },
    ],
    skipped: [
      { reason: "missing_value", count: 1 },
      { reason: "message_too_long", count: 0 },
      { reason: "too_many_segments", count: 0 },
    ],
    forced_ucs2: 1,
  });
  expect(told.message).toMatchObject({ encoding: "GSM-7", segments: 2 });
  const { longest, samples } = told.personal!;
  expect(longest[0]).toEqual({ phone: "+79000000004", text: `Hi ${"x".repeat(300)}`, segments: 2 });
  expect(longest).toHaveLength(3);
  expect(samples.map((sample) => sample.text).sort()).toEqual([
    "Hi AnnaОмск",
    "Hi Bo",
    `Hi ${"x".repeat(300)}`,
  ]);
  const limited = await preview(body(text, { max_segments: 1 }));
  expect(limited.personal!.skipped[2]).toMatchObject({ reason: "too_many_segments", count: 1 });
  expect((await preview(body("Привет, {{name}}{{город|}}"))).personal!.forced_ucs2).toBe(0);
  expect((await preview(body("plain"))).personal).toBeNull();
  // Values are people's data.
  const rights = rightsOfScopes(["read", "dispatches:write"]);
  const actor = { kind: "key", id: "k", name: "key", rights, dailyRecipientsMax: null } as const;
  const blind = await preview(body(text), { ...ctx, actor });
  expect(blind.personal).toEqual({ ...told.personal, longest: [], samples: [] });
});

test("A preview of more than 10,000 speaks of a sample, and says so; of fewer with a tag it is exact", async () => {
  await world.sql`
    insert into recipients (phone, operator_no, attributes)
    select '+7901' || lpad(i::text, 7, '0'), (select no from operators limit 1),
      case when i % 4 > 0 then jsonb_build_object('name', repeat('x', i % 2 * 200 + 1)) else '{}' end
    from generate_series(1, 20000) i`;
  await world.sql`
    insert into recipient_tags (tag_no, recipient_no)
    select (select no from tags), no from recipients where no % 10 = 0`;
  const { personal, audience } = await preview(body("{{name}}"));
  expect(audience.total).toBe(20_004);
  expect(personal!.is_estimate).toBe(true);
  const near = (count: number, exact: number) => expect(Math.abs(count - exact)).toBeLessThan(500);
  near(personal!.by_segments.find(({ segments }) => segments === 1)!.count, 5_000);
  near(personal!.by_segments.find(({ segments }) => segments === 2)!.count, 10_000);
  near(personal!.skipped[0]!.count, 5_000);
  const tagged = await preview(body("{{name}}", { filter_tag: "VIP" }));
  expect(tagged.audience.total).toBe(2_000);
  expect(tagged.personal!.is_estimate).toBe(false);
  const { by_segments, skipped } = tagged.personal!;
  expect([...by_segments, ...skipped].reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
});

test("A test says what it will say to its one person, or why it cannot", async () => {
  const phone = "+79000000002";
  const sent = await sendTest(ctx, { phone, message_text: TEXT });
  expect(answer(sent)).toMatchObject({ personal: true, message_text: TEXT });
  await run(sent);
  expect(got()).toEqual(new Map([[phone, "Hi Bo"]]));
  const attempt = (to: string, text = TEXT) => errorsOf(sendTest(ctx, { phone: to, message_text: text }));
  expect(await attempt("+79000000003")).toEqual([
    { pointer: "/message_text", code: "missing_value", params: expect.objectContaining({ names: "name" }) },
  ]);
  expect(await attempt("+79000000004", "{{name}}".repeat(6))).toMatchObject([
    { pointer: "/message_text", code: "message_too_long" },
  ]);
});
