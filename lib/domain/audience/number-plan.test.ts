import { expect, test } from "vitest";
import { findOverlaps, operatorOfNumber, RangeTable } from "./number-plan";
import { operatorNames } from "./operator-names";
import { prefixTable } from "./prefixes";

function table(...ranges: [first: number, last: number, value: string][]): RangeTable<string> {
  const made = new RangeTable<string>();
  for (const [first, last, value] of ranges) made.add({ first, last, value });
  return made;
}

test("a number belongs to the range that it is in, both ends among it, else to its longest prefix", () => {
  const ranges = table([79160000000, 79160000009, "a"], [79160000020, 79160000029, "b"]);
  const prefixes = prefixTable([
    ["79", "any"],
    ["7916000001", "p"],
  ]);
  const of = (phone: number) => operatorOfNumber(`+${phone}`, ranges, prefixes);
  expect([79159999999, 79160000000, 79160000009, 79160000010].map(of)).toEqual(["any", "a", "a", "p"]);
  expect([79160000019, 79160000020, 79160000029, 79160000030].map(of)).toEqual(["p", "b", "b", "any"]);
  expect(of(49151000000)).toBeUndefined();
  expect(operatorOfNumber("+79160000000", table(), prefixes)).toBe("any");
});

test("a table of many ranges finds each of its numbers, and takes none that overlap", () => {
  const ranges = table();
  for (let i = 0; i < 5_000; i++)
    ranges.add({ first: 79160000000 + i * 10, last: 79160000004 + i * 10, value: `v${i % 3}` });
  for (let i = 0; i < 5_000; i += 7) {
    expect(ranges.find(`+${79160000004 + i * 10}`)).toBe(`v${i % 3}`);
    expect(ranges.find(`+${79160000005 + i * 10}`)).toBeUndefined();
  }
  expect(() => ranges.add({ first: 79160049994, last: 79170000000, value: "x" })).toThrow("overlap");
});

test("overlaps are told by the later line, also those with a range that reaches over several", () => {
  const range = (first: number, last: number, line: number) => ({ first, last, line });
  const found = [...findOverlaps([range(1, 100, 9), range(5, 6, 2), range(50, 60, 12), range(101, 102, 4)])];
  expect(found.map(({ range, other }) => [range.line, other.line])).toEqual([
    [9, 2],
    [12, 9],
  ]);
});

test("a name in a table means the operator that somebody said, else a code, else one name alone", () => {
  const of = operatorNames(
    [
      { no: 1, code: "mts", name: "ПАО «МТС»" },
      { no: 2, code: "t2", name: "Двойник" },
      { no: 3, code: "tele2", name: "двойник" },
    ],
    { "Кто-то": "t2", mts: "tele2", Никто: "none" },
  );
  expect(["T2", 'пао  "мтс"', "Кто-то", "mts"].map(of)).toEqual([2, 1, 2, 3]);
  expect(["Двойник", "Никто", "МТС"].map(of)).toEqual([undefined, undefined, undefined]);
});
