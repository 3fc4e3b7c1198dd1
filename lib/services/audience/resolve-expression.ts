import { type ExcludedRow, findReferences, type Terms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import type { Expression } from "@/lib/contract/audience/expression";
import type { FieldError } from "@/lib/domain/errors";

export interface Resolved {
  /** Without what is unknown; only to be used when there are no errors. */
  terms: Terms;
  /** All that names nothing. */
  errors: FieldError[];
  excluded: ExcludedRow[];
}

/**
 * What an expression names, by numbers, each once.
 * @param pointer of the expression in what was sent
 * @param hold what it names stays until the transaction ends
 */
export async function resolveExpression(
  sql: Sql | Tx,
  expression: Expression,
  pointer: string,
  hold: boolean,
): Promise<Resolved> {
  const { tags = {}, operators = [], attributes = [], exclude_dispatches: excluded = [] } = expression;
  const known = await findReferences(
    sql,
    {
      tags: [...(tags.all ?? []), ...(tags.any ?? []), ...(tags.none ?? [])],
      operators,
      dispatches: excluded,
    },
    hold,
  );
  const errors: FieldError[] = [];
  function numbers<T extends { no: number }>(
    names: string[] | undefined,
    path: string,
    code: string,
    find: (name: string) => T | undefined,
  ): number[] {
    const found = (names ?? []).flatMap((name, i) => {
      const row = find(name);
      if (!row) errors.push({ pointer: `${pointer}/${path}/${i}`, code, params: { value: name } });
      return row ? [row.no] : [];
    });
    return [...new Set(found)];
  }
  const tagNos = (clause: "all" | "any" | "none") =>
    numbers(tags[clause], `tags/${clause}`, "unknown_tag", (name) =>
      known.tags.find((tag) => tag.id === name.toLowerCase() || tag.name === name),
    );
  const terms = {
    all: tagNos("all"),
    any: tagNos("any"),
    none: tagNos("none"),
    operators: numbers(operators, "operators", "unknown_operator", (name) =>
      known.operators.find((operator) => operator.id === name.toLowerCase() || operator.code === name),
    ),
    attributes: attributes.map(({ name, in: values }) => ({ name, values: [...new Set(values)] })),
    excluded: numbers(excluded, "exclude_dispatches", "unknown_dispatch", (id) =>
      known.dispatches.find((dispatch) => dispatch.id === id.toLowerCase()),
    ),
  };
  return { terms, errors, excluded: known.dispatches };
}
