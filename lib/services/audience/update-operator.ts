import { isDeepStrictEqual } from "node:util";
import {
  findTakenPrefix,
  lockOperator,
  lockPrefixes,
  type OperatorRow,
  updateOperator as updateRow,
} from "@/db/audience/operators";
import { transaction } from "@/db/client";
import { listWaitingLanes } from "@/db/sending/lanes";
import type { OperatorUpdate } from "@/lib/contract/audience/operator";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { wakeLanes } from "@/lib/services/events";
import { type GatewayNames, requireCurrency, requireGateway } from "./create-operator";
import { snapshotOperator } from "./snapshots";

/**
 * Changes what `input` names. A rate takes effect at once: every claim reads it anew, and lanes
 * that wait by the old one are woken, as are those that wait for the gateway they had. A gateway
 * that has left the file may be kept, not chosen. Dispatches that have begun keep the price.
 * @throws NotFoundError, ValidationError when there is no such gateway, ConflictError when the code
 * or a prefix is another's
 */
export async function updateOperator(
  ctx: Context,
  id: string,
  input: OperatorUpdate,
  gateways: GatewayNames = null,
): Promise<OperatorRow> {
  requireRight(ctx, "operators:write");
  let waiting: { lane: number; operator: number }[] = [];
  const { rate_per_second: rate, price_per_segment: price, ...named } = input;
  requireCurrency(ctx, price);
  const operator = await transaction(ctx.db.sql, async (tx) => {
    await lockPrefixes(tx);
    const before = await lockOperator(tx, id);
    if (!before) throw new NotFoundError("operator", id);
    const after = {
      ...before,
      ...named,
      ...(rate !== undefined && { rate }),
      ...(price !== undefined && { price }),
    };
    if (isDeepStrictEqual(before, after)) return before;
    if (after.gateway !== before.gateway) requireGateway(after.gateway, gateways);
    const taken = input.prefixes && (await findTakenPrefix(tx, input.prefixes, before.no));
    if (taken) throw new ConflictError("prefix_taken", taken);
    if (!(await updateRow(tx, after))) throw new ConflictError("code_taken", { code: after.code });
    await audit(ctx, tx, "operator.updated", id, {
      before: snapshotOperator(before),
      after: snapshotOperator(after),
    });
    if (after.rate !== before.rate || after.gateway !== before.gateway)
      waiting = await listWaitingLanes(tx, before.no);
    return after;
  });
  if (waiting.length > 0) await ctx.announce(wakeLanes(waiting));
  return operator;
}
