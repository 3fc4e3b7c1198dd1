/** Finds the operator of a number by the longest of all operators' prefixes. */
export interface PrefixTable<T> {
  /** @param phone E.164, with its "+" */
  find(phone: string): T | undefined;
}

/** @param entries prefixes are leading digits without "+"; a prefix belongs to one operator */
export function prefixTable<T>(entries: Iterable<readonly [prefix: string, operator: T]>): PrefixTable<T> {
  const byPrefix = new Map(entries);
  const lengths = [...new Set([...byPrefix.keys()].map((prefix) => prefix.length))].sort((a, b) => b - a);
  return {
    find(phone) {
      for (const length of lengths) {
        const found = byPrefix.get(phone.slice(1, 1 + length));
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
