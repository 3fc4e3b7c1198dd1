import type { PrefixTable } from "./prefixes";

/** How a recipient got its operator: somebody named it, or we found it by the number. */
export type OperatorSource = "named" | "number";

/** The numbers of one operator. The range includes both ends; they are E.164 without "+". */
export interface NumberRange<T> {
  first: number;
  last: number;
  value: T;
}

/**
 * Finds the owner of a number by ranges. A range takes 20 bytes, whatever its value, so the ranges
 * of a whole country fit into some megabytes.
 */
export class RangeTable<T> {
  private first = new Float64Array(0);
  private last = new Float64Array(0);
  private valueAt = new Uint32Array(0);
  private readonly values: T[] = [];
  private readonly places = new Map<T, number>();
  private count = 0;

  /**
   * Adds a range that lies after all earlier ones. Equal values are the ones that are equal keys of
   * a Map.
   */
  add({ first, last, value }: NumberRange<T>): void {
    if (this.count > 0 && first <= this.last[this.count - 1]!) throw new Error("ranges must not overlap");
    if (this.count === this.first.length) this.grow();
    let place = this.places.get(value);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.places.set(value, place);
    }
    this.first[this.count] = first;
    this.last[this.count] = last;
    this.valueAt[this.count++] = place;
  }

  private grow(): void {
    const length = Math.max(1_024, this.count * 2);
    const [first, last, valueAt] = [this.first, this.last, this.valueAt];
    this.first = new Float64Array(length);
    this.last = new Float64Array(length);
    this.valueAt = new Uint32Array(length);
    this.first.set(first);
    this.last.set(last);
    this.valueAt.set(valueAt);
  }

  /** @param phone E.164, with its "+" */
  find(phone: string): T | undefined {
    const number = Number(phone.slice(1));
    let [low, high] = [0, this.count];
    // Find the first range that begins after the number.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.first[middle]! <= number) low = middle + 1;
      else high = middle;
    }
    return low > 0 && number <= this.last[low - 1]! ? this.values[this.valueAt[low - 1]!] : undefined;
  }
}

/**
 * Finds the operator of a number for which nobody has named one: the operator of its range, else
 * that of the longest prefix. `placeSql` in db/audience/number-ranges.ts says the same in SQL.
 */
export const operatorOfNumber = <T>(
  phone: string,
  ranges: Pick<RangeTable<T>, "find">,
  prefixes: PrefixTable<T>,
): T | undefined => ranges.find(phone) ?? prefixes.find(phone);

/**
 * Finds each range that overlaps an earlier one, together with the earlier range that reaches
 * farthest.
 * @param sorted by first number
 */
export function* findOverlaps<R extends { first: number; last: number; line: number }>(
  sorted: readonly R[],
): Generator<{ range: R; other: R }> {
  let farthest: R | undefined;
  for (const range of sorted) {
    // We report the later line of the file.
    if (farthest && range.first <= farthest.last)
      yield range.line > farthest.line ? { range, other: farthest } : { range: farthest, other: range };
    if (!farthest || range.last > farthest.last) farthest = range;
  }
}
