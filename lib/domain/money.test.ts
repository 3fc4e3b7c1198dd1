import { expect, test } from "vitest";
import { costOf } from "./money";

const cost = (currency: string | null, ...parts: [segments: number, price: string | null][]) => {
  const { parts: shares, ...whole } = costOf(
    parts.map(([segments, price]) => ({ segments, price })),
    currency,
  );
  return { ...whole, shares: shares.map(({ amount }) => amount) };
};

test("money is exact where sums of floats are not, and rounded once", () => {
  // 0.1 + 0.2, and a price that no float has, three hundred million times.
  expect(cost("USD", [1, "0.1"], [1, "0.2"]).amount).toBe("0.30");
  expect(cost("RUB", [300_000_000, "999999.999999"]).amount).toBe("299999999999700.00");
  expect(cost("RUB", [1, "0.005"]).amount).toBe("0.01");
  expect(cost("RUB", [1, "0.004999"]).amount).toBe("0.00");
  expect(cost("RUB", [1, "0"]).amount).toBe("0.00");
});

test("what operators cost adds up to what all of them cost", () => {
  // Each for itself would be rounded down: to nought.
  expect(cost("RUB", [1, "0.004"], [1, "0.004"], [1, "0.004"])).toMatchObject({
    amount: "0.01",
    shares: ["0.00", "0.01", "0.00"],
  });
});

test("an amount has as many places as its currency", () => {
  expect(cost("JPY", [3, "1.5"]).amount).toBe("5");
  expect(cost("KWD", [3, "1.5"]).amount).toBe("4.500");
});

test("segments without a price are told apart, and where nothing has one there is no amount", () => {
  expect(cost("RUB", [10, "2.35"], [5, null])).toEqual({
    segments: 15,
    amount: "23.50",
    currency: "RUB",
    unpricedSegments: 5,
    shares: ["23.50", null],
  });
  expect(cost("RUB", [5, null])).toMatchObject({ amount: null, unpricedSegments: 5 });
  expect(cost(null, [5, "1"])).toMatchObject({ amount: null, unpricedSegments: 5, shares: [null] });
  expect(cost("RUB")).toMatchObject({ segments: 0, amount: null, unpricedSegments: 0 });
});
