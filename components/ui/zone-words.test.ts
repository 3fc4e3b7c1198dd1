import { expect, test } from "vitest";
import ru from "@/messages/ru.json";
import { folded, listZones, wordsOf } from "./zone-words";

const found = (typed: string) =>
  listZones().filter((zone) => folded(`${zone} ${wordsOf(zone)}`).includes(folded(typed)));

test.each([
  ["Kyiv", "Europe/Kyiv"],
  ["kiev", "Europe/Kyiv"],
  ["Киев", "Europe/Kyiv"],
  ["Kolkata", "Asia/Kolkata"],
  ["calcutta", "Asia/Kolkata"],
  ["Ho Chi Minh", "Asia/Ho_Chi_Minh"],
  ["Saigon", "Asia/Ho_Chi_Minh"],
  ["Nuuk", "America/Nuuk"],
  ["Godthab", "America/Nuuk"],
  ["Москва", "Europe/Moscow"],
  ["moscow", "Europe/Moscow"],
  ["UTC", "UTC"],
  ["new-york", "America/New_York"],
  ["Нью Йорк", "America/New_York"],
])("%s finds %s", (typed, zone) => expect(found(typed)).toContain(zone));

test("a city that the Russian pages have a name for is found by it on the English ones", () => {
  for (const [zone, city] of Object.entries(ru.city)) expect(wordsOf(zone), zone).toContain(city);
});

test("a zone is listed once, by its name of today", () => {
  const zones = listZones();
  expect(new Set(zones).size).toBe(zones.length);
  for (const old of ["Europe/Kiev", "Asia/Calcutta", "Asia/Saigon", "America/Godthab"])
    expect(zones).not.toContain(old);
});
