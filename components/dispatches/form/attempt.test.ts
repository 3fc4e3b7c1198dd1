import { expect, test } from "vitest";
import { readAttempt } from "./attempt";

const attempt = {
  key: "0f3c2f5e-5f0d-4c4e-9a39-111111111111",
  sent: { of: "{}", body: { message_text: "Hello" } },
};

test("an attempt that was left behind comes back with its key and what was sent", () => {
  expect(readAttempt(JSON.stringify(attempt))).toEqual(attempt);
});

test("one that was refused comes back with its key alone", () => {
  expect(readAttempt(JSON.stringify({ key: attempt.key }))).toEqual({ key: attempt.key });
});

test.each([
  ["nothing", null],
  ["half a JSON", "{"],
  ["null", "null"],
  ["a key that no header can carry", JSON.stringify({ ...attempt, key: "ключ\n" })],
  ["no key", JSON.stringify({ sent: attempt.sent })],
])("%s is no attempt", (_, kept) => {
  expect(readAttempt(kept)).toBeUndefined();
});

test("what was sent counts only when it is whole", () => {
  expect(readAttempt(JSON.stringify({ ...attempt, sent: { of: "{}", body: null } }))).toEqual({
    key: attempt.key,
  });
});
