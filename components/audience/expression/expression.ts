import type { WholeExpression } from "@/lib/contract/audience/expression";

/** The expression without conditions: everybody. */
export const everybody: WholeExpression = {
  tags: { all: [], any: [], none: [] },
  operators: [],
  attributes: [],
  exclude_dispatches: [],
};

/** The expression without conditions that are still empty. */
export const filledPart = (expression: WholeExpression): WholeExpression => ({
  ...expression,
  attributes: expression.attributes
    .map((attribute) => ({ ...attribute, name: attribute.name.trim() }))
    .filter(({ name, in: values }) => name !== "" && values.length > 0),
});

export const asksNothing = (expression: WholeExpression): boolean => {
  const { tags, operators, attributes, exclude_dispatches } = filledPart(expression);
  return [tags.all, tags.any, tags.none, operators, attributes, exclude_dispatches].every(
    (list) => list.length === 0,
  );
};

/** The values of an attribute as text. A value with a comma gets quotes. */
export const valuesText = (values: string[]): string =>
  values.map((value) => (/[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(", ");

/** The values in a text, each once. A quote that is not closed yet counts as a letter. */
export function readValues(text: string): string[] {
  const parts = text.match(/\s*"(?:[^"]|"")*"\s*(?=,|$)|[^,]+/g) ?? [];
  const values = parts.map((part) => {
    const quoted = /^"((?:[^"]|"")*)"$/.exec(part.trim());
    return (quoted ? quoted[1]!.replaceAll('""', '"') : part).trim();
  });
  return [...new Set(values)].filter((value) => value !== "");
}

const isList = (list: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(list) && list.every(isItem);
const isText = (text: unknown): boolean => typeof text === "string";

/** Can the form show this? We check by hand: zod would add a quarter to the page. */
export function isExpression(value: unknown): value is WholeExpression {
  const { tags, operators, attributes, exclude_dispatches } = (value ?? {}) as Record<string, unknown>;
  const { all, any, none } = (tags ?? {}) as Record<string, unknown>;
  return (
    [all, any, none, operators, exclude_dispatches].every((list) => isList(list, isText)) &&
    isList(attributes, (attribute) => {
      const { name, in: values } = (attribute ?? {}) as Record<string, unknown>;
      return isText(name) && isList(values, isText);
    })
  );
}
