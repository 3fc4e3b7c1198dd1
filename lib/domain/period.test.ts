import { expect, test } from "vitest";
import { daysOf, monthOf, plusDays, todayIn } from "./period";

test("periods move with today, across months and years", () => {
  const of = (period: string) => {
    const days = daysOf(period, "2027-01-02");
    return days && `${days.from} ${days.to}`;
  };
  expect(of("today")).toBe("2027-01-02 2027-01-02");
  expect(of("yesterday")).toBe("2027-01-01 2027-01-01");
  expect(of("last_7")).toBe("2026-12-27 2027-01-02");
  expect(of("next_7")).toBe("2027-01-02 2027-01-08");
  expect(of("this_month")).toBe("2027-01-01 2027-01-31");
  expect(of("last_month")).toBe("2026-12-01 2026-12-31");
  expect(of("2026-02-03..")).toBe("2026-02-03 ");
  expect(of("..2026-02-03")).toBe(" 2026-02-03");
  for (const wrong of ["", "tomorrow", "2026-02-03", "toString", "2026-2-3..", "a..b..c"])
    expect(of(wrong), wrong).toBeNull();
});

test("days and months are those of a calendar", () => {
  expect(plusDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(plusDays("2026-02-30", 0)).toBe("2026-03-02");
  expect(monthOf("2026-12-31", 1)).toBe("2027-01-01");
  expect(todayIn("Asia/Tokyo", Date.parse("2026-11-27T15:00:00Z"))).toBe("2026-11-28");
});
