import type { Operator } from "@/lib/contract/audience/operator";
import type { OperatorRow } from "@/lib/services/audience/get-operator";

export const presentOperator = ({
  id,
  code,
  name,
  rate,
  prefixes,
  gateway,
  price,
}: OperatorRow): Operator => ({
  id,
  code,
  name,
  rate_per_second: rate,
  prefixes,
  gateway,
  price_per_segment: price,
});
