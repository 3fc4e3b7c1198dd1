import { describe, expect, test } from "vitest";
import { textOf } from "@/lib/contract/texts";
import { bodyOf, type Draft, emptyDraft, readDraft } from "./draft";
import { draftErrors } from "./draft-errors";
import { placeErrors } from "./place-errors";

const draft: Draft = { ...emptyDraft("Europe/Moscow"), message_text: "Hello", filter_tag: "VIP" };

describe("a draft that was left behind", () => {
  test("comes back as it was", () => {
    expect(readDraft(JSON.stringify(draft), emptyDraft("UTC"))).toEqual(draft);
  });

  test.each([
    ["nothing", null],
    ["half a JSON", "{"],
    ["another kind of value", '"text"'],
    ["null", "null"],
    ["a text that is no text", JSON.stringify({ ...draft, message_text: 7 })],
    ["a filter that is no text", JSON.stringify({ ...draft, filter_tag: { id: 1 } })],
    ["a start of another kind", JSON.stringify({ ...draft, start: "later" })],
    ["a zone that does not exist", JSON.stringify({ ...draft, timezone: "Mars/Olympus" })],
  ])("is none when it is %s", (_, kept) => {
    expect(readDraft(kept, emptyDraft("UTC"))).toBeUndefined();
  });

  test("of an older form gets what it lacks", () => {
    const { filter_tag: _, ...older } = draft;
    expect(readDraft(JSON.stringify(older), emptyDraft("UTC"))).toEqual({ ...draft, filter_tag: null });
  });
});

describe("the body of a draft", () => {
  test("that starts now carries the instant, and no field that the contract does not know", () => {
    const body = bodyOf({ ...draft, start: "now" }, new Date("2026-05-01T10:00:00Z"));
    expect(body.start_datetime).toBe("2026-05-01T10:00:00.000Z");
    expect(body).not.toHaveProperty("start");
  });

  test("that starts at a time carries the wall time as it was typed", () => {
    expect(bodyOf(draft, new Date()).start_datetime).toBe(draft.start_datetime);
  });
});

test("errors come in the order of the form, whatever the contract's", () => {
  const pointers = ["/timezone", "/end_datetime", "/start_datetime", "/message_text", "/filter_tag"];
  const { placed } = placeErrors(
    pointers.map((pointer) => ({ pointer, detail: pointer })),
    draft,
  );
  expect(placed.map(({ field }) => field)).toEqual(["message_text", "filter_tag", "timezone", "start_datetime", "end_datetime"]);
});

test.each(["en", "ru"] as const)("a time that was left half filled is asked for in words, without ISO 8601 (%s)", (locale) => {
  const [error] = draftErrors({ ...draft, end_datetime: "" }, locale);
  expect(error).toEqual({ pointer: "/end_datetime", detail: textOf(locale, "datetime_incomplete") });
  expect(draftErrors({ ...draft, end_datetime: "2026-02-30T10:00" }, locale)[0]?.detail).toContain("ISO 8601");
});

test("an error lands on its field, and one that no field shows is not lost", () => {
  const errors = [
    { pointer: "/filter_tag", detail: "No such tag." },
    { pointer: "", detail: "The body is wrong." },
    { pointer: "/start", detail: "There is no such field." },
  ];
  expect(placeErrors(errors, draft)).toEqual({
    placed: [{ field: "filter_tag", detail: "No such tag." }],
    rest: ["The body is wrong.", "There is no such field."],
  });
});
