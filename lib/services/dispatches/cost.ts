import { type Cost, costOf, type Priced } from "@/lib/domain/money";
import type { Context } from "@/lib/services/context";

interface Operator {
  id: string;
  code: string;
  name: string;
}

/** What a dispatch costs, by operator. */
export interface DispatchCost extends Cost<Priced & { operator: Operator }> {
  isEstimate: boolean;
}

export const dispatchCost = (
  { currency }: Pick<Context, "currency">,
  parts: (Priced & { operator: Operator })[],
  isEstimate: boolean,
): DispatchCost => ({ ...costOf(parts, currency ?? null), isEstimate });
