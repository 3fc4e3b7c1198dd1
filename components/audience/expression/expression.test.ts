import { expect, test } from "vitest";
import { everybody, filledPart, readValues, valuesText } from "./expression";

test.each([
  ["Kazan, Ufa", ["Kazan", "Ufa"]],
  [" Kazan ,, Kazan,", ["Kazan"]],
  ['"Moscow, centre", Ufa', ["Moscow, centre", "Ufa"]],
  ['the "big", one', ['the "big"', "one"]],
  ['"not closed, yet', ['"not closed', "yet"]],
  ["", []],
])("the values that are typed as %s are %j", (text, values) => expect(readValues(text)).toEqual(values));

test("values that are shown and read again are the same, whatever is in them", () => {
  const values = ["Kazan", "a, b", 'a "b"', '"a", b', '"', "a"];
  expect(readValues(valuesText(values))).toEqual(values);
});

test("what is not filled in asks nothing, and blanks around a name are none of it", () => {
  const attributes = [
    { name: "home city ", in: ["Ufa"] },
    { name: " ", in: ["Ufa"] },
    { name: "city", in: [] },
  ];
  expect(filledPart({ ...everybody, attributes }).attributes).toEqual([{ name: "home city", in: ["Ufa"] }]);
});
