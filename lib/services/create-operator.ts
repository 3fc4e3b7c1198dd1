import { v7 as uuidv7 } from "uuid";
import { insertAudit } from "@/db/audit";
import { findTakenPrefix, insertOperator, lockPrefixes } from "@/db/operators";
import type { Operator, OperatorCreate } from "@/lib/contract/operator";
import { ConflictError } from "@/lib/domain/errors";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { toOperator } from "./get-operator";

/** @throws ConflictError when the code or a prefix is another's */
export async function createOperator(ctx: Context, input: OperatorCreate): Promise<Operator> {
  requireRight(ctx, "operators:write");
  return ctx.db.sql.begin(async (tx) => {
    await lockPrefixes(tx);
    const taken = await findTakenPrefix(tx, input.prefixes, null);
    if (taken) throw new ConflictError("prefix_taken", taken);
    const { rate_per_second: rate, ...values } = input;
    const row = await insertOperator(tx, { id: uuidv7(), rate, ...values });
    if (!row) throw new ConflictError("code_taken", { code: input.code });
    const operator = toOperator(row);
    await insertAudit(tx, {
      actor: ctx.actor.name,
      action: "operator.created",
      subjectType: "operator",
      subjectId: row.id,
      after: operator,
    });
    return operator;
  }) as Promise<Operator>;
}
