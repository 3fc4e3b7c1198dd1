/**
 * What segments cost. Prices are decimals with at most six places; sums of them are exact, and
 * rounded once, to the smallest unit of the currency.
 */

/** Segments of one operator, and the price of one of them; null: nobody has said. */
export interface Priced {
  segments: number;
  price: string | null;
}

export interface Cost<Of extends Priced> {
  segments: number;
  /** Null without a currency, or where no operator has a price. */
  amount: string | null;
  currency: string | null;
  /** Those of operators without a price: the amount is of the others. */
  unpricedSegments: number;
  /** Their amounts add up to the whole one. */
  parts: (Of & { amount: string | null })[];
}

export function costOf<Of extends Priced>(priced: Of[], currency: string | null): Cost<Of> {
  const isPriced = currency !== null && priced.some(({ price }) => price !== null);
  const digits = isPriced ? digitsOf(currency) : 0;
  let [millionths, given] = [0n, 0n];
  const parts = priced.map((part) => {
    if (!isPriced || part.price === null) return { ...part, amount: null };
    millionths += BigInt(part.segments) * millionthsOf(part.price);
    const share = unitsOf(millionths, digits) - given;
    given += share;
    return { ...part, amount: decimalOf(share, digits) };
  });
  const sum = (list: Priced[]) => list.reduce((all, { segments }) => all + segments, 0);
  return {
    segments: sum(priced),
    amount: isPriced ? decimalOf(given, digits) : null,
    currency,
    unpricedSegments: sum(isPriced ? priced.filter(({ price }) => price === null) : priced),
    parts,
  };
}

const PLACES = 6;

function millionthsOf(price: string): bigint {
  const [whole, fraction = ""] = price.split(".") as [string, string?];
  return BigInt(whole + fraction.padEnd(PLACES, "0"));
}

/** Whole ones of the smallest unit, halves rounded up. */
function unitsOf(millionths: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(PLACES - digits);
  return (millionths + unit / 2n) / unit;
}

function decimalOf(units: bigint, digits: number): string {
  const text = units.toString().padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** How many places its amounts have: 2 for roubles, none for yens. */
const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
