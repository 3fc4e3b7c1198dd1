import { findOperator, type OperatorRow } from "@/db/audience/operators";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export type { OperatorRow };

/** @throws NotFoundError */
export async function getOperator(ctx: Context, id: string): Promise<OperatorRow> {
  requireRight(ctx, "read");
  const row = await findOperator(ctx.db.sql, id);
  if (!row) throw new NotFoundError("operator", id);
  return row;
}
