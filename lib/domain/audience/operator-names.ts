interface Named {
  no: number;
  code: string;
  name: string;
}

/** Case, spaces and the kinds of quotation marks do not tell names apart. */
const folded = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/["'«»„“”]/g, '"')
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/**
 * Finds operators by what a table of number ranges calls them: as somebody has said, else by code,
 * else by name. A name that two have means neither.
 * @param said codes by the names that the table has
 */
export function operatorNames(
  operators: readonly Named[],
  said: Record<string, string>,
): (name: string) => number | undefined {
  const byCode = new Map(operators.map(({ code, no }) => [code, no]));
  const names = new Map<string, number | undefined>();
  for (const { name, no } of operators) names.set(folded(name), names.has(folded(name)) ? undefined : no);
  return (name) =>
    Object.hasOwn(said, name)
      ? byCode.get(said[name]!)
      : (byCode.get(name) ?? byCode.get(name.toLowerCase()) ?? names.get(folded(name)));
}
