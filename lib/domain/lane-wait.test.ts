import { expect, test } from "vitest";
import { refusalOf, refusedBecause } from "./lane-wait";

test("What a gateway said comes back from the row whole, and no other wait is taken for a refusal", () => {
  for (const reason of ["http_503", "a: b", "retry", ""])
    expect(refusalOf(refusedBecause(reason))).toBe(reason);
  for (const wait of ["operator_busy", "retry", null] as const) expect(refusalOf(wait)).toBeUndefined();
});
