import type { AudienceRow } from "@/db/audience/saved-audiences";
import type { ExpressionRow } from "@/db/audience/terms";

export type { AudienceRow, ExpressionRow };

/** What asks for nothing. */
const everybody: ExpressionRow = {
  tags: { all: [], any: [], none: [] },
  operators: [],
  attributes: [],
  exclude_dispatches: [],
};

/** As the audit log keeps it, by the names that the API has. */
export const snapshotAudience = ({ id, name, expression }: AudienceRow) => ({
  id,
  name,
  expression: expression ?? everybody,
});
