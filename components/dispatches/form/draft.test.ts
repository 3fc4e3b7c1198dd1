import { describe, expect, test } from "vitest";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { textOf } from "@/lib/contract/texts";
import { type PersonalText, readPersonalText, renderText } from "@/lib/domain/text/personal-text";
import { bodyOf, changesOf, type Draft, draftOf, emptyDraft, likeOf, readDraft } from "./draft";
import { draftErrors, impossibleTimes } from "./draft-errors";
import { knownPart } from "./notation";
import { placeErrors } from "./place-errors";

const draft: Draft = {
  ...emptyDraft("Europe/Moscow"),
  name: "Spring",
  message_text: "Hello",
  filter_tag: "VIP",
};

test.each([
  ["2026-11-28T06:44Z", "2026-11-28T10:00"],
  ["2026-11-28T06:46Z", "2026-11-28T11:00"],
  ["2026-11-28T20:59Z", "2026-11-29T01:00"],
])("a new draft that is opened at %s starts at %s in Moscow, never within minutes", (now, start) => {
  expect(emptyDraft("Europe/Moscow", new Date(now)).start_datetime).toBe(start);
});

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
    ["a limit that is no number", JSON.stringify({ ...draft, max_segments: "2" })],
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
  expect(placed.map(({ field }) => field)).toEqual([
    "message_text",
    "filter_tag",
    "timezone",
    "start_datetime",
    "end_datetime",
  ]);
});

test.each(["en", "ru"] as const)(
  "a time that was left half filled is asked for in words, without ISO 8601 (%s)",
  (locale) => {
    const [error] = draftErrors({ ...draft, end_datetime: "" }, locale);
    expect(error).toEqual({ pointer: "/end_datetime", detail: textOf(locale, "datetime_incomplete") });
    expect(draftErrors({ ...draft, end_datetime: "2026-02-30T10:00" }, locale)[0]?.detail).toContain(
      "ISO 8601",
    );
  },
);

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

/**
 * It starts in the second of two hours that Berlin calls half past two, and not on a whole minute.
 */
const edited = {
  name: null,
  message_text: "Helo",
  personal: false,
  max_segments: null,
  filter_mobile_operator_code: null,
  filter_tag: "7",
  timezone: "Europe/Berlin",
  start_datetime: "2027-10-31T01:30:45.000Z",
  end_datetime: "2027-10-31T08:00:30.000Z",
} as Dispatch;

describe("an edit", () => {
  const now = new Date("2027-10-01T00:00:00Z");

  test("of the text alone sends the text alone", () => {
    expect(changesOf({ ...draftOf(edited), message_text: "Hello" }, now, edited)).toEqual({
      message_text: "Hello",
    });
  });

  test("shows and checks times that were not touched as they are, to the second and in the hour that was meant", () => {
    const body = bodyOf({ ...draftOf(edited), message_text: "Hello" }, now, edited);
    expect(body).toMatchObject({ start_datetime: edited.start_datetime, end_datetime: edited.end_datetime });
  });

  test("of one time sends that time, of the zone both, and of the start to now an instant", () => {
    const drawn = draftOf(edited);
    expect(changesOf({ ...drawn, end_datetime: "2027-10-31T10:00" }, now, edited)).toEqual({
      end_datetime: "2027-10-31T10:00",
    });
    expect(changesOf({ ...drawn, timezone: "UTC" }, now, edited)).toEqual({
      timezone: "UTC",
      start_datetime: "2027-10-31T02:30",
      end_datetime: "2027-10-31T09:00",
    });
    expect(changesOf({ ...drawn, start: "now" }, now, edited)).toEqual({ start_datetime: now.toISOString() });
  });
});

describe("braces", () => {
  const now = new Date("2027-10-01T00:00:00Z");
  const text = "Hi {{name|friend}}, \\{{, {{{ and {{{{";
  const sent = (more: Partial<Draft>) => String(bodyOf({ ...draft, ...more }, now).message_text);

  test("of a plain text are sent as braces, and drawn as they were typed", () => {
    const said = sent({ message_text: text });
    expect(renderText(readPersonalText(said) as PersonalText, {}, null)).toMatchObject({ text });
    const there = { ...edited, message_text: said, personal: true };
    expect(draftOf(there)).toMatchObject({ message_text: text, personal: false });
    expect(changesOf(draftOf(there), now, there)).toEqual({});
  });

  test("of a personal text are sent as they stand, with the limit; without it, that goes, too", () => {
    const there = { ...edited, message_text: "Hi {{name}}", personal: true, max_segments: 2 };
    const drawn = draftOf(there);
    expect(drawn).toMatchObject({ message_text: "Hi {{name}}", personal: true, max_segments: 2 });
    expect(bodyOf(drawn, now)).toMatchObject({ message_text: "Hi {{name}}", max_segments: 2 });
    expect(bodyOf(drawn, now)).not.toHaveProperty("personal");
    expect(changesOf({ ...drawn, max_segments: 3 }, now, there)).toEqual({ max_segments: 3 });
    expect(changesOf({ ...drawn, personal: false }, now, there)).toEqual({
      message_text: "Hi \\{{name}}",
      max_segments: null,
    });
  });

  test("of a dispatch from before there were placeholders stay what they are", () => {
    const there = { ...edited, message_text: "Hi {{name}}" };
    expect(draftOf(there)).toMatchObject({ message_text: "Hi {{name}}", personal: false });
    expect(changesOf(draftOf(there), now, there)).toEqual({});
    expect(bodyOf(draftOf(there), now, there).message_text).toBe("Hi {{name}}");
  });

  test("say what of a text is known without its people", () => {
    expect(knownPart("Hi {{имя}}, {{a|dear friend}}{{b|}}!")).toBe("Hi , dear friend!");
  });
});

describe("a duplicate", () => {
  test.each([
    [
      "of one that is over is at its hours tomorrow",
      "2027-11-03T20:00:00Z",
      "2027-11-04T02:30",
      "2027-11-04T09:00",
    ],
    [
      "of one of today is at its hours tomorrow, not in a minute",
      "2027-10-31T00:10:00Z",
      "2027-11-01T02:30",
      "2027-11-01T09:00",
    ],
    ["of one to come is a day after it", "2027-10-01T00:00:00Z", "2027-11-01T02:30", "2027-11-01T09:00"],
  ])("%s", (_, now, start_datetime, end_datetime) => {
    expect(likeOf(edited, new Date(now))).toMatchObject({ start: "at", start_datetime, end_datetime });
  });
});

test("a dispatch in a zone that is not known here is drawn in UTC", () => {
  expect(draftOf({ ...edited, timezone: "Mars/Olympus" })).toMatchObject({
    timezone: "UTC",
    start_datetime: "2027-10-31T01:30",
  });
});

test("an impossible window is told at its field, a half typed time is not", () => {
  const at = (more: Partial<Draft>) =>
    impossibleTimes({ ...draft, message_text: "", ...more }, "en").map(({ pointer }) => pointer);
  expect(at({})).toEqual([]);
  expect(at({ end_datetime: "" })).toEqual([]);
  expect(at({ start_datetime: "2027-01-02T10:00", end_datetime: "2027-01-01T10:00" })).toEqual([
    "/end_datetime",
  ]);
  expect(at({ start_datetime: "2020-01-01T10:00", end_datetime: "2020-01-02T10:00" })).toEqual([
    "/end_datetime",
  ]);
  expect(at({ start_datetime: "1969-01-01T10:00" })).toContain("/start_datetime");
});
