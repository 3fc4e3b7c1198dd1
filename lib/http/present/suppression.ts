import type { Suppression } from "@/lib/contract/audience/suppression";
import type { SuppressionRow } from "@/lib/services/audience/list-suppressions";

export const presentSuppression = ({ phone, reason, source, at }: SuppressionRow): Suppression => ({
  phone,
  reason,
  source,
  at,
});
