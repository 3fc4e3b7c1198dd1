import { getCountries } from "libphonenumber-js/max";
import { expect, test } from "vitest";
import { countries } from "./countries";

test("every country can be chosen whose numbers Carillon can read", () => {
  expect(countries).toEqual([...getCountries()].sort());
});
