import type { CostAnswer } from "@/lib/contract/dispatches/cost";
import type { DispatchCost } from "@/lib/services/dispatches/cost";

export const presentCost = (cost: DispatchCost): CostAnswer => ({
  segments: cost.segments,
  is_estimate: cost.isEstimate,
  amount: cost.amount,
  currency: cost.currency,
  unpriced_segments: cost.unpricedSegments,
  by_operator: cost.parts.map(({ operator: { id, code, name }, segments, amount }) => ({
    operator: { id, code, name },
    segments,
    amount,
  })),
});
