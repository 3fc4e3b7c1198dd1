import { expect, test } from "vitest";
import { normalizePhone, phonePrefix } from "./phone";

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
