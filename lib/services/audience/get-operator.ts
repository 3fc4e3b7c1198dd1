import { findOperator, type OperatorRow } from "@/db/audience/operators";
import type { Operator } from "@/lib/contract/audience/operator";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export function toOperator(row: OperatorRow): Operator {
  return { id: row.id, code: row.code, name: row.name, rate_per_second: row.rate, prefixes: row.prefixes, gateway: row.gateway };
}

/** @throws NotFoundError */
export async function getOperator(ctx: Context, id: string): Promise<Operator> {
  requireRight(ctx, "read");
  const row = await findOperator(ctx.db.sql, id);
  if (!row) throw new NotFoundError("operator", id);
  return toOperator(row);
}
