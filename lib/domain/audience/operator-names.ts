interface Named {
  no: number;
  code: string;
  name: string;
}

/** Names are equal when they differ only in case, spaces or the kind of quotation marks. */
const folded = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/["'«»„“”]/g, '"')
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/**
 * Finds operators by the names in a table of number ranges: by what somebody has said, else by
 * code, else by name. A name that two operators share finds neither.
 * @param said the codes that somebody has chosen for names of the table
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
