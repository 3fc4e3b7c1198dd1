import { findAudienceTerms } from "@/db/audience/saved-audiences";
import { type ExcludedRow, type Filters, holdExcluded, isEveryone, noTerms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { findFilters } from "@/db/dispatches/dispatches";
import type { ReadDispatch } from "@/lib/contract/dispatches/dispatch";
import { ConflictError, type FieldError } from "@/lib/domain/errors";
import { resolveExpression } from "@/lib/services/audience/resolve-expression";

/**
 * Whom a dispatch is for, from what was sent: its filters, or its audience, which may be a saved
 * one.
 * @param hold what it names stays until the transaction ends
 * @returns the filters, to be used when there are no errors; and what of it names nothing
 * @throws ConflictError when the audience leaves out a dispatch of which nobody can say whom it
 * reaches
 */
export async function resolveFilters(
  sql: Sql | Tx,
  { filters, audience }: Pick<ReadDispatch, "filters" | "audience">,
  hold: boolean,
): Promise<{ filters: Filters; errors: FieldError[] }> {
  const errors: FieldError[] = [];
  if (audience === null) {
    const { operatorNo, tagNo } = await findFilters(sql, filters.operator, filters.tag, hold);
    if (operatorNo === undefined)
      errors.push({
        pointer: "/filter_mobile_operator_code",
        code: "unknown_operator",
        params: { value: filters.operator! },
      });
    if (tagNo === undefined)
      errors.push({ pointer: "/filter_tag", code: "unknown_tag", params: { value: filters.tag! } });
    return { filters: { operatorNo: operatorNo ?? null, tagNo: tagNo ?? null, terms: null }, errors };
  }
  let terms = noTerms;
  let excluded: ExcludedRow[] = [];
  if (typeof audience === "string") {
    const saved = await findAudienceTerms(sql, audience, hold);
    if (saved) ({ terms, excluded } = saved);
    else errors.push({ pointer: "/audience", code: "unknown_audience", params: { value: audience } });
  } else {
    const resolved = await resolveExpression(sql, audience, "/audience", hold);
    ({ terms, excluded } = resolved);
    errors.push(...resolved.errors);
  }
  if (errors.length === 0) requireKnowable(excluded);
  return { filters: { operatorNo: null, tagNo: null, terms: isEveryone(terms) ? null : terms }, errors };
}

/** Why nobody can say whom a dispatch has reached, and which one it is. */
export interface Unknowable {
  code: "excluded_unfinished" | "excluded_dropped";
  id: string;
}

export function unknowable(excluded: ExcludedRow[]): Unknowable | undefined {
  const dropped = excluded.find((row) => row.isDropped);
  if (dropped) return { code: "excluded_dropped", id: dropped.id };
  const unfinished = excluded.find((row) => !row.isFinished);
  return unfinished && { code: "excluded_unfinished", id: unfinished.id };
}

/** @throws ConflictError */
function requireKnowable(excluded: ExcludedRow[]): void {
  const found = unknowable(excluded);
  if (found) throw new ConflictError(found.code, { id: found.id });
}

/** The same for a dispatch that is to go on. @throws ConflictError */
export async function requireExcludedKnown(tx: Tx, dispatchNo: number): Promise<void> {
  requireKnowable(await holdExcluded(tx, dispatchNo));
}
