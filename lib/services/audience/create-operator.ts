import { v7 as uuidv7 } from "uuid";
import { findTakenPrefix, insertOperator, lockPrefixes, type OperatorRow } from "@/db/audience/operators";
import { transaction } from "@/db/client";
import type { OperatorCreate } from "@/lib/contract/audience/operator";
import { ConflictError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { snapshotOperator } from "./snapshots";

/**
 * The names that an operator's gateway may have; null: any, for there is one gateway, whatever it
 * is called.
 */
export type GatewayNames = ReadonlySet<string> | null;

/**
 * Nothing would go out through a gateway that is not there. @throws ValidationError that lists
 * those that are
 */
export function requireGateway(name: string, names: GatewayNames): void {
  if (names === null || names.has(name)) return;
  throw new ValidationError([
    { pointer: "/gateway", code: "unknown_gateway", params: { value: name, names: [...names].join(", ") } },
  ]);
}

/** A price in no currency would be a bare number. @throws ValidationError */
export function requireCurrency(ctx: Context, price: string | null | undefined): void {
  if (typeof price === "string" && ctx.currency === undefined)
    throw new ValidationError([{ pointer: "/price_per_segment", code: "no_currency" }]);
}

/**
 * @throws ValidationError when there is no such gateway, or a price and no currency, ConflictError
 *   when another operator has the code or a prefix
 */
export async function createOperator(
  ctx: Context,
  input: OperatorCreate,
  gateways: GatewayNames = null,
): Promise<OperatorRow> {
  requireRight(ctx, "operators:write");
  requireGateway(input.gateway, gateways);
  requireCurrency(ctx, input.price_per_segment);
  return transaction(ctx.db.sql, async (tx) => {
    await lockPrefixes(tx);
    const taken = await findTakenPrefix(tx, input.prefixes, null);
    if (taken) throw new ConflictError("prefix_taken", taken);
    const { rate_per_second: rate, price_per_segment: price = null, ...values } = input;
    const row = await insertOperator(tx, { id: uuidv7(), rate, price, ...values });
    if (!row) throw new ConflictError("code_taken", { code: input.code });
    await audit(ctx, tx, "operator.created", row.id, { after: snapshotOperator(row) });
    return row;
  });
}
