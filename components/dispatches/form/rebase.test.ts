import { expect, test } from "vitest";
import { emptyDraft } from "./draft";
import { rebase } from "./rebase";

const base = { ...emptyDraft("Europe/Moscow"), message_text: "Hello" };

test("a newer draft comes in where nothing was changed here, and what was changed here stays", () => {
  const mine = { ...base, message_text: "Mine" };
  const newer = { ...base, message_text: "Theirs", filter_tag: "VIP" };
  expect(rebase(base, mine, newer)).toEqual({ ...base, message_text: "Mine", filter_tag: "VIP" });
  expect(rebase(base, base, newer)).toEqual(newer);
});

test("a filter that was taken away here stays away", () => {
  const filtered = { ...base, filter_tag: "VIP" };
  expect(rebase(filtered, base, { ...filtered, message_text: "Theirs" })).toMatchObject({
    filter_tag: null,
    message_text: "Theirs",
  });
});

test("times stay with the zone in which they were typed", () => {
  const mine = { ...base, end_datetime: "2031-01-01T10:00" };
  const newer = { ...base, timezone: "Asia/Vladivostok", start_datetime: "2030-12-31T10:00" };
  expect(rebase(base, mine, newer)).toEqual(mine);
});

test("braces stay with what the text is that they were typed in", () => {
  const newer = { ...base, message_text: "{{name}}", personal: true, max_segments: 2 };
  expect(rebase(base, { ...base, message_text: "{{" }, newer)).toEqual({
    ...{ ...base, message_text: "{{", max_segments: 2 },
  });
});
