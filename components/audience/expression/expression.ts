import type { WholeExpression } from "@/lib/contract/audience/expression";

/** What asks for nothing: everybody. */
export const everybody: WholeExpression = {
  tags: { all: [], any: [], none: [] },
  operators: [],
  attributes: [],
  exclude_dispatches: [],
};

/** Without what is not filled in yet. */
export const filledPart = (expression: WholeExpression): WholeExpression => ({
  ...expression,
  attributes: expression.attributes.filter(({ name, in: values }) => name !== "" && values.length > 0),
});

export const asksNothing = (expression: WholeExpression): boolean => {
  const { tags, operators, attributes, exclude_dispatches } = filledPart(expression);
  return [tags.all, tags.any, tags.none, operators, attributes, exclude_dispatches].every(
    (list) => list.length === 0,
  );
};
