import { isDeepStrictEqual } from "node:util";
import { insertAudit } from "@/db/audit";
import { findTakenPrefix, lockOperator, lockPrefixes, updateOperator as updateRow } from "@/db/operators";
import type { Operator, OperatorUpdate } from "@/lib/contract/operator";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { type GatewayNames, requireGateway } from "./create-operator";
import { toOperator } from "./get-operator";

/**
 * Changes what `input` names. A rate takes effect at once: every claim reads it anew. A gateway that has left the file may be kept, not chosen.
 * @throws NotFoundError, ValidationError when there is no such gateway, ConflictError when the code or a prefix is another's
 */
export async function updateOperator(ctx: Context, id: string, input: OperatorUpdate, gateways: GatewayNames = null): Promise<Operator> {
  requireRight(ctx, "operators:write");
  return ctx.db.sql.begin(async (tx) => {
    await lockPrefixes(tx);
    const row = await lockOperator(tx, id);
    if (!row) throw new NotFoundError("operator", id);
    const before = toOperator(row);
    const after = { ...before, ...input };
    if (isDeepStrictEqual(before, after)) return before;
    if (after.gateway !== before.gateway) requireGateway(after.gateway, gateways);
    const taken = input.prefixes && (await findTakenPrefix(tx, input.prefixes, row.no));
    if (taken) throw new ConflictError("prefix_taken", taken);
    const { rate_per_second: rate, ...values } = after;
    if (!(await updateRow(tx, row.no, { rate, ...values }))) throw new ConflictError("code_taken", { code: after.code });
    await insertAudit(tx, { actor: ctx.actor.name, action: "operator.updated", subjectType: "operator", subjectId: id, before, after });
    return after;
  }) as Promise<Operator>;
}
