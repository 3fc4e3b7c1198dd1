import { expect, test } from "vitest";
import { normalizePhone, phoneEnd, phonePrefix } from "./phone";

test.each([
  ["+79161234567", "+79161234567"],
  ["79161234567", "+79161234567"],
  ["89161234567", "+79161234567"],
  ["9161234567", "+79161234567"],
  ["8 (916) 123-45-67", "+79161234567"],
  [" +7 916 123 45 67 ", "+79161234567"],
  ["8 495 123-45-67", "+74951234567"],
  ["+4915112345678", "+4915112345678"],
])("%s is the number %s", (text, phone) => expect(normalizePhone(text)).toBe(phone));

test.each([
  "",
  "abc",
  "12",
  "+7916123456",
  "+791612345678",
  "7,91612E+10",
  "звонить +79161234567",
  "+79161234567 доб. 5",
  "9".repeat(50),
  "=1+1",
])("%j is no phone number", (text) => expect(normalizePhone(text)).toBeNull());

test.each([
  ["8 916", "+7916"],
  ["916", "+7916"],
  ["7916", "+7916"],
  ["+49", "+49"],
  ["Иван", null],
  ["", null],
])("a search for %j looks for numbers that begin with %s", (text, prefix) =>
  expect(phonePrefix(text)).toBe(prefix),
);

test.each([
  ["4567", "4567"],
  ["45-67", "4567"],
  ["123 45 67", "1234567"],
  ["567", null],
  ["+4567", null],
  ["Иван", null],
])("a search for %j looks for numbers that end with %s", (text, end) => expect(phoneEnd(text)).toBe(end));
